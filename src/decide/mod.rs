//! decide(view, operator, today, command): changes or a refusal.
