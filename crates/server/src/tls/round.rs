//! One look at the certificate: renew it, take a new one from its files, or say what is wrong.
//!
//! **Invariant:** a round that fails changes nothing but what is said about it.

use super::authority::{Authority, EARLIEST, Leaf};
use super::files::{Bytes, FilesError, Places};
use super::names::Look;
use super::{Source, Tls, TlsError};
use hmm_domain::Timestamp;
use hmm_store::SecretBox;
use parking_lot::{Mutex, RwLock};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// A certificate of files is told to end this long before it does: whoever renews it should have done so by then.
const ENDS_SOON: Duration = Duration::from_hours(24 * 14);
/// A new authority means a walk to every device.
const AUTHORITY_ENDS_SOON: Duration = Duration::from_hours(24 * 180);

/// The kinds of trouble, as the System page names them.
pub(super) const KINDS: [&str; 5] = [FILES, ENDS, NAMES, AUTHORITY, RENEWAL];
const FILES: &str = "tls_files";
const ENDS: &str = "tls_certificate_ends";
const NAMES: &str = "tls_names";
const AUTHORITY: &str = "tls_authority_ends";
const RENEWAL: &str = "tls_renewal";

type Troubles = BTreeMap<&'static str, String>;

pub(super) struct Auto {
    dir: PathBuf,
    safe: SecretBox,
    look: Look,
    authority: RwLock<Arc<Authority>>,
}

pub(super) struct Files {
    places: Places,
    /// What was looked at last, good or not, and what came of it.
    last: Mutex<Option<(Bytes, Option<FilesError>)>>,
}

impl Tls {
    /// A certificate to begin with. Without one there is no start.
    pub(super) fn first(&self, now: Timestamp) -> Result<(), TlsError> {
        let _turn = self.turn.lock();
        let leaf = match &self.source {
            Source::Off => return Ok(()),
            Source::Auto(auto) => auto.issue(now)?,
            Source::Files(files) => files.first()?,
        };
        self.show(leaf);
        self.look_again(now);
        Ok(())
    }

    /// Looks once. Called again and again, and cheap when nothing has changed.
    pub fn round(&self, now: Timestamp) {
        let _turn = self.turn.lock();
        self.look_again(now);
    }

    fn look_again(&self, now: Timestamp) {
        let Some(shown) = self.leaf.read().clone() else { return };
        let mut troubles = Troubles::new();
        let fresh = match &self.source {
            Source::Off => return,
            Source::Auto(auto) => auto.round(&shown, now, &mut troubles),
            Source::Files(files) => files.round(&shown, &mut troubles),
        };
        let not_after = fresh.as_ref().map_or(shown.not_after, |leaf| leaf.not_after);
        if let Some(leaf) = fresh {
            self.show(leaf);
        }
        if let Source::Files(_) = self.source
            && let Some(when) = ends(not_after, now, ENDS_SOON)
        {
            let text = format!("the certificate {when}; renew it, and it is taken without a restart");
            troubles.insert(ENDS, text);
        }
        self.trouble(troubles);
    }

    /// Puts a new authority in the place of the old one, and shows a certificate of it at once. Returns its fingerprint.
    pub fn new_authority(&self, now: Timestamp) -> Result<String, TlsError> {
        let Source::Auto(auto) = &self.source else { return Err(TlsError::NotAuto) };
        let _turn = self.turn.lock();
        let authority = Authority::make(&auto.dir, &auto.safe, &(auto.look)(), now)?;
        let fingerprint = authority.fingerprint();
        tracing::warn!(fingerprint, "a new certificate authority: every device has to trust it anew");
        *auto.authority.write() = Arc::new(authority);
        self.show(auto.issue(now)?);
        self.look_again(now);
        Ok(fingerprint)
    }

    fn trouble(&self, found: Troubles) {
        if *self.troubles.read() == found {
            return;
        }
        // The house says it in the log when it hears of it.
        *self.troubles.write() = found;
        self.changed.send_replace(());
    }
}

impl Auto {
    pub(super) fn new(dir: PathBuf, safe: SecretBox, look: Look, authority: Authority) -> Self {
        Self { dir, safe, look, authority: RwLock::new(Arc::new(authority)) }
    }

    pub(super) fn authority(&self) -> Arc<Authority> {
        Arc::clone(&self.authority.read())
    }

    fn issue(&self, now: Timestamp) -> Result<Leaf, TlsError> {
        Ok(self.authority().issue(&self.safe, &(self.look)(), now)?)
    }

    fn round(&self, shown: &Leaf, now: Timestamp, troubles: &mut Troubles) -> Option<Leaf> {
        let (ours, authority, now) = ((self.look)(), self.authority(), now.max(EARLIEST));
        let outside = authority.outside(&ours);
        if !outside.is_empty() {
            let (what, name) = (outside.join(", "), shown.names.last().map_or("localhost", String::as_str));
            let text = format!(
                "the certificate is not for {what}, and browsers warn there: open the page as {name}, or make a new \
                 authority with hmm tls new-ca and install it on your devices again"
            );
            troubles.insert(NAMES, text);
        }
        if let Some(when) = ends(authority.not_after(), now, AUTHORITY_ENDS_SOON) {
            let text =
                format!("the certificate authority {when}; make a new one with hmm tls new-ca and install it again");
            troubles.insert(AUTHORITY, text);
        }
        let within = authority.within(&ours);
        let same = alike(&within.names, &shown.names) && alike(&within.addresses, &shown.addresses);
        if same && !due(shown, now) {
            return None;
        }
        match authority.issue(&self.safe, &ours, now) {
            // An authority near its end gives nothing longer.
            Ok(leaf) if same && leaf.not_after <= shown.not_after && now >= shown.not_before => None,
            Ok(leaf) => Some(leaf),
            Err(error) => {
                troubles.insert(RENEWAL, format!("{error}; the certificate of before is still shown"));
                None
            }
        }
    }
}

/// In whatever order the system lists them today.
fn alike<T: Ord>(one: &[T], other: &[T]) -> bool {
    BTreeSet::from_iter(one) == BTreeSet::from_iter(other)
}

/// Two thirds through: a month before the end. And when the clock was set back to before it began.
fn due(shown: &Leaf, now: Timestamp) -> bool {
    let renew_at = shown.not_before + shown.not_after.since(shown.not_before) * 2 / 3;
    now >= renew_at || now < shown.not_before
}

/// `None` while there is time.
fn ends(not_after: Timestamp, now: Timestamp, soon: Duration) -> Option<String> {
    let day = not_after.to_chrono().format("%Y-%m-%d");
    if now >= not_after {
        return Some(format!("ended on {day}"));
    }
    (not_after.since(now) <= soon).then(|| format!("ends on {day}"))
}

impl Files {
    pub(super) fn new(places: Places) -> Self {
        Self { places, last: Mutex::new(None) }
    }

    fn first(&self) -> Result<Leaf, FilesError> {
        let bytes = self.places.read()?;
        let leaf = self.places.pair(&bytes)?;
        *self.last.lock() = Some((bytes, None));
        Ok(leaf)
    }

    fn round(&self, shown: &Leaf, troubles: &mut Troubles) -> Option<Leaf> {
        let mut complain = |error: &FilesError| {
            let until = shown.not_after.to_chrono().format("%Y-%m-%d");
            let text = format!("{error}; the certificate of before is still shown, it lasts until {until}");
            troubles.insert(FILES, text);
        };
        let bytes = match self.places.read() {
            Ok(bytes) => bytes,
            Err(error) => {
                complain(&error);
                return None;
            }
        };
        let mut last = self.last.lock();
        if let Some((_, outcome)) = last.as_ref().filter(|(known, _)| *known == bytes) {
            outcome.iter().for_each(complain);
            return None;
        }
        let pair = self.places.pair(&bytes);
        pair.as_ref().err().into_iter().for_each(complain);
        *last = Some((bytes, pair.as_ref().err().cloned()));
        pair.ok()
    }
}
