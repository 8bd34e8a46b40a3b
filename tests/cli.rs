//! The command line as people and scripts meet it: no server, no network, no date of today. One test counts with the
//! Python that `tests/run` makes.

mod cli {
    mod acts;
    mod calendar;
    mod check;
    mod classify;
    mod deadline;
    mod demo;
    mod figures;
    mod learning;
    mod replies;
    mod support;
    mod usage;
}
