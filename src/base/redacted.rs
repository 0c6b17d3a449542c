//! `Debug` for values that must not appear in a log.

/// Implements `Debug` with the named fields only. The others hold somebody's words, codes, secrets or contact details, and
/// show as `..`. Name only ids, words of the service, numbers and days.
macro_rules! redacted_debug {
    ($name:ident $(<$life:lifetime>)? { $($field:ident),* $(,)? }) => {
        impl $(<$life>)? std::fmt::Debug for $name $(<$life>)? {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($name))$(.field(stringify!($field), &self.$field))*.finish_non_exhaustive()
            }
        }
    };
}
pub(crate) use redacted_debug;
