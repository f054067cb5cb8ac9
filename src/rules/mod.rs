//! Rule packs and what follows from them: periods, restrictions, duties, verdicts. Pure: values and `today` in, values out.

pub mod answer;

pub use answer::*;
