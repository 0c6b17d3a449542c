//! The tests of the whole service, in one program: it links once.

mod house;
mod organisation;
mod permissions;
mod smoke;
mod support;
