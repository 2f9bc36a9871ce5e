//! Plans for property tests. A plan shrinks to fewer faults, to fewer bytes and to earlier attempts.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::{Fault, FaultPlan, How, What};

impl Arbitrary for Fault {
    type Parameters = ();
    type Strategy = BoxedStrategy<Self>;

    fn arbitrary_with((): ()) -> Self::Strategy {
        let codes = [302, 308, 400, 403, 404, 408, 409, 410, 418, 425, 429, 500, 502, 503, 504, 529];
        let hows: Vec<How> = How::all().chain(codes.map(How::Http)).collect();
        let pairs = What::ALL.into_iter().flat_map(|what| hows.iter().map(move |how| (*how, what)));
        let pairs: Vec<_> = pairs.filter(|(how, what)| how.fits(*what)).collect();
        let attempts = option::of((1..5_u32, 0..4_u32));
        (select(pairs), option::of(0..2000_usize), attempts)
            .prop_map(|((how, what), after, attempts)| Self {
                how,
                what,
                after: after.filter(|_| how.breaks_off()),
                attempts: attempts.filter(|_| !what.is_of_job()).map(|(first, more)| (first, first + more)),
            })
            .boxed()
    }
}

impl Arbitrary for FaultPlan {
    type Parameters = ();
    type Strategy = BoxedStrategy<Self>;

    fn arbitrary_with((): ()) -> Self::Strategy {
        vec(any::<Fault>(), 0..6).prop_map(|faults| Self { faults }).boxed()
    }
}
