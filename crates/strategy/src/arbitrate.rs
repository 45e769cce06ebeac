//! Who wins. Power, mode and pool are arbitrated separately; the highest owner of each field wins.

use crate::heat::{Heat, Phase};
use hmm_domain::miner::{PowerState, Profile};
use hmm_domain::text::Message;
use hmm_domain::time::Timestamp;
use hmm_domain::wish::{Desired, Field, Override, Owner, Until, Want, Wish};

/// Everything that is wanted of one miner, by field.
pub fn arbitrate(profile: &Profile, heat: &Heat, overrides: &[Override], now: Timestamp) -> Desired {
    let mut desired = Desired::default();
    for field in Field::ALL {
        let wish = safety(profile, heat, field)
            .or_else(|| person(overrides, field, now))
            .or_else(|| way_back(heat, overrides, field, now));
        match field {
            Field::Power => desired.power = wish,
            Field::Mode => desired.mode = wish,
            Field::Pool => desired.pool = wish,
        }
    }
    desired
}

fn safety(profile: &Profile, heat: &Heat, field: Field) -> Option<Wish> {
    let off = matches!(heat.phase, Phase::Off { .. });
    let (want, reason) = match (heat.phase, field) {
        (Phase::Cool, _) | (_, Field::Pool) => return None,
        (_, Field::Power) if off && heat.latched => {
            (Want::Power(PowerState::Off), "too hot three times in a day: off until a person acts")
        }
        (_, Field::Power) if off => (Want::Power(PowerState::Off), "still hot after two minutes in the lowest mode"),
        (_, Field::Power) => return None,
        (_, Field::Mode) => (Want::Mode(profile.lowest()?.id.clone()), "too hot: lowest mode until it has cooled"),
    };
    let owner = Owner::Safety;
    Some(Wish { want, owner, reason: Message::new(reason), until: None, command: None, back_to: None })
}

fn person(overrides: &[Override], field: Field, now: Timestamp) -> Option<Wish> {
    let wish = overrides.iter().find(|o| o.want.field() == field && !o.ended && !o.until.over(now))?;
    Some(Wish {
        want: wish.want.clone(),
        owner: Owner::Override,
        reason: Message::new(&format!("{} wants it", wish.by)),
        until: match wish.until {
            Until::At(end) => Some(end),
            Until::NextBand | Until::Told => None,
        },
        command: Some(wish.command),
        back_to: wish.replaced.clone(),
    })
}

/// One step back to what an ended wish, or heat, replaced. `default` itself wants nothing.
fn way_back(heat: &Heat, overrides: &[Override], field: Field, now: Timestamp) -> Option<Wish> {
    let ended = overrides
        .iter()
        .filter(|o| o.ended || o.until.over(now))
        .filter_map(|o| o.replaced.as_ref())
        .find(|want| want.field() == field)
        .map(|want| (want, "back to what ran before the wish that ended"));
    let resume = Want::Power(PowerState::On);
    let owed = if field == Field::Power { Some(&resume).filter(|_| heat.resume) } else { heat.give_back.as_ref() };
    let cooled = owed.filter(|want| want.field() == field && heat.phase == Phase::Cool);
    let (want, reason) = ended.or_else(|| cooled.map(|want| (want, "cool again: back to what ran before")))?;
    let (want, owner) = (want.clone(), Owner::Default);
    Some(Wish { want, owner, reason: Message::new(reason), until: None, command: None, back_to: None })
}
