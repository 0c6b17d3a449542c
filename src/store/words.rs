//! Enums of words in text columns: bound without a copy of their word, and read back from exactly that word. The
//! implementations stand here and not beside the enums, since most enums are of layers that know no database.

use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::postgres::{PgHasArrayType, PgTypeInfo};
use sqlx::{Database, Decode, Encode, Type};

macro_rules! words_in_columns {
    ($($name:ty),* $(,)?) => {$(
        impl<DB: Database> Type<DB> for $name
        where
            str: Type<DB>,
        {
            fn type_info() -> DB::TypeInfo {
                <str as Type<DB>>::type_info()
            }

            fn compatible(ty: &DB::TypeInfo) -> bool {
                <str as Type<DB>>::compatible(ty)
            }
        }

        impl PgHasArrayType for $name {
            fn array_type_info() -> PgTypeInfo {
                <&str as PgHasArrayType>::array_type_info()
            }
        }

        impl<'q, DB: Database> Encode<'q, DB> for $name
        where
            &'static str: Encode<'q, DB>,
        {
            fn encode_by_ref(&self, buf: &mut DB::ArgumentBuffer) -> Result<IsNull, BoxDynError> {
                <&'static str as Encode<'q, DB>>::encode(self.as_str(), buf)
            }
        }

        impl<'r, DB: Database> Decode<'r, DB> for $name
        where
            &'r str: Decode<'r, DB>,
        {
            fn decode(value: DB::ValueRef<'r>) -> Result<Self, BoxDynError> {
                Ok(<&'r str as Decode<'r, DB>>::decode(value)?.parse()?)
            }
        }
    )*};
}

words_in_columns! {
    crate::agreement::Side,
    crate::agreement::State,
    crate::base::Channel,
    crate::base::GivenBy,
    crate::base::Language,
    crate::case::deadlines::Deadline,
    crate::case::decision::DecisionKind,
    crate::case::rung::Rung,
    crate::case::steps::State,
    crate::case::steps::Step,
    crate::case::told::ToldHow,
    crate::case::words::ActorKind,
    crate::case::words::CaseSubject,
    crate::case::words::SwotField,
    crate::case::words::TextKind,
    crate::case::words::Verdict,
    crate::keys::Purpose,
    crate::organisation::MailWish,
    crate::organisation::NodeKind,
    crate::organisation::PrincipalKind,
    crate::organisation::Role,
    crate::routing::Urgency,
    crate::webhook::EventType,
    super::feedback::VoidReason,
    super::job::JobKind,
    super::mails::Letter,
    super::mails::MailState,
    super::notices::NoticeKind,
    super::postings::PostingKind,
    super::webhooks::DeliveryState,
}
