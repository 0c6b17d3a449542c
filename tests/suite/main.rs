//! The tests of the whole service, in one program: it links once.

mod smoke;
mod support;
