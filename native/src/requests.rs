//! Questions of JavaScript that the poll thread answers: settings, lines, flush. A device may take its time
//! over an ioctl, and the event loop must not wait for it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::doorbell::events;
use crate::errors::{Code, Failure};
use crate::poll_thread::Control;

/// Requests of one handle that have not been answered, or whose answers were not fetched.
pub const OUTSTANDING_MAX: usize = 64;

/// What an answer is: a number whose meaning the request knows.
pub type Answer = Result<f64, Failure>;

pub struct Requests<Q> {
    inner: Mutex<Inner<Q>>,
    control: Arc<Control>,
}

struct Inner<Q> {
    waiting: VecDeque<(u32, Q)>,
    answers: Vec<(u32, Answer)>,
    outstanding: usize,
    last_id: u32,
    /// Why no more are taken.
    ended: Option<Failure>,
}

impl<Q> Requests<Q> {
    pub fn new(control: &Arc<Control>) -> Arc<Self> {
        Arc::new(Requests {
            inner: Mutex::new(Inner {
                waiting: VecDeque::new(),
                answers: Vec::new(),
                outstanding: 0,
                last_id: 0,
                ended: None,
            }),
            control: control.clone(),
        })
    }

    /// The id under which the answer comes.
    pub fn ask(&self, request: Q) -> Result<u32, Failure> {
        let mut inner = self.lock();
        if let Some(failure) = &inner.ended {
            return Err(failure.clone());
        }
        if inner.outstanding >= OUTSTANDING_MAX {
            return Err(Failure::new(
                Code::ResourceExhausted,
                format!("{OUTSTANDING_MAX} requests of this handle wait already"),
            ));
        }
        inner.outstanding += 1;
        inner.last_id = inner.last_id.wrapping_add(1);
        let id = inner.last_id;
        inner.waiting.push_back((id, request));
        drop(inner);
        self.control.waker.wake();
        Ok(id)
    }

    pub fn next(&self) -> Option<(u32, Q)> {
        self.lock().waiting.pop_front()
    }

    pub fn answer(&self, id: u32, answer: Answer) {
        self.lock().answers.push((id, answer));
        self.control.bell.ring(events::ANSWERED);
    }

    pub fn take_answers(&self) -> Vec<(u32, Answer)> {
        let mut inner = self.lock();
        inner.outstanding -= inner.answers.len();
        std::mem::take(&mut inner.answers)
    }

    /// Answers everything that waits, and whatever is asked from now on, with this failure.
    pub fn end(&self, failure: &Failure) {
        let mut inner = self.lock();
        inner.ended = Some(failure.clone());
        let waiting = std::mem::take(&mut inner.waiting);
        let answered = waiting.into_iter().map(|(id, _)| (id, Err(failure.clone())));
        inner.answers.extend(answered);
        drop(inner);
        self.control.bell.ring(events::ANSWERED);
    }

    fn lock(&self) -> MutexGuard<'_, Inner<Q>> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::poll_thread::fake::control;

    #[test]
    fn requests_are_answered_under_their_ids() {
        let requests = Requests::new(&control().0);
        let first = requests.ask('a').unwrap();
        let second = requests.ask('b').unwrap();
        assert_eq!(requests.next(), Some((first, 'a')));
        requests.answer(first, Ok(1.0));
        requests.end(&Failure::canceled());
        assert_eq!(
            requests.take_answers(),
            [(first, Ok(1.0)), (second, Err(Failure::canceled()))]
        );
        assert_eq!(requests.ask('c'), Err(Failure::canceled()));
    }

    #[test]
    fn there_is_a_bound_that_fetching_answers_lifts() {
        let requests = Requests::new(&control().0);
        for _ in 0..OUTSTANDING_MAX {
            requests.ask(()).unwrap();
        }
        assert_eq!(requests.ask(()).unwrap_err().code, Code::ResourceExhausted);
        let (id, ()) = requests.next().unwrap();
        requests.answer(id, Ok(0.0));
        assert!(
            requests.ask(()).is_err(),
            "an answer nobody fetched takes room too"
        );
        assert_eq!(requests.take_answers().len(), 1);
        requests.ask(()).unwrap();
    }
}
