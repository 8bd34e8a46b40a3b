//! The command line as people and scripts meet it: no server, no network, no date of today.

mod cli {
    mod check;
    mod classify;
    mod deadline;
    mod demo;
    mod support;
    mod usage;
}
