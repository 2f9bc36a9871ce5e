//! The life of a job as one pure machine: no input or output, no clock.
//!
//! [`apply`] says what a job becomes when something happened, [`next`] what is to be done with it. A driver keeps both
//! promises around them: a transition is on disk before anything that relies on it is done, and of two transitions
//! that are based on one record only the first takes place.
//!
//! ```text
//! queued ──reserved──▶ ready ──sending──▶ sending ──accepted──▶ running ──made──▶ succeeded ──fetching──▶ fetching ──saved──▶ done
//!   ▲                                       │  │ │                │ ▲ cancel asked, not cancelled
//!   ├── not sent, refused: next candidate ──┘  │ └─made           │ └─▶ cancelling ──▶ cancelled
//!   │                                          ▼                  ├─▶ failed
//!   └──────────── not found ────────────── unknown ──found──▶     └─▶ gone ──found──▶ running
//!                                              └─cannot tell─▶ held ──found──▶ running
//! ```
//!
//! | State | Meaning for money | A crash or kill here means | On restart |
//! |---|---|---|---|
//! | `queued` | nothing | nothing was sent | goes on; without a batch, whose program is gone, it is withdrawn |
//! | `ready` | reserved | nothing was sent: a create is sent after the commit of `sending` only | `queued`, the reservation is given back |
//! | `sending` | reserved, may be spent | nobody can know | `unknown`, **never sent again by itself** |
//! | `unknown` | counts as spent | nothing: it is only asked about | ask again |
//! | `held` | counts as spent | nothing | a person decides: found, resubmitted or abandoned |
//! | `running` | spent, as quoted | nothing is lost, the handle is on disk | poll |
//! | `cancelling` | spent, until the provider says otherwise | nothing is lost | cancel again, which does no harm |
//! | `succeeded` | spent, as the provider says if it does | nothing is lost, the film's place is on disk | fetch |
//! | `fetching` | spent | a part of a file may be left | `succeeded`, fetch again |
//! | `done` | spent | nothing | nothing |
//! | `failed` | nothing if it was refused or the provider says so, else spent | nothing | nothing |
//! | `cancelled` | nothing if it was never sent or the provider says so, else spent | nothing | nothing |
//! | `gone` | counts as spent | nothing | a person decides, as in `held` |
//! | `abandoned` | counts as spent | nothing | nothing |
//!
//! Another candidate is tried after a refusal and after a create that was provably not sent, and after nothing else. A
//! job that was sent leaves `sending` and `unknown` for a state in which it can be sent again only by the word of the
//! provider that there is no such job, or by a person's `resubmitted`, and then what was spent stays spent.

mod apply;
mod event;
mod next;
mod state;

pub use apply::{Illegal, apply, needs_owner, recovery};
pub use event::{Event, FoundBy};
pub use next::{Action, next};
pub use state::State;
