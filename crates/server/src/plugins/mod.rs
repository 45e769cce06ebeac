//! Drivers from files: the folder `plugins/miners`, what is in it, and what is wrong with it.
//!
//! **Invariant:** this program reads the folder and never writes into it (D3). A file with a fault disables itself and no
//! other; what its family spoke to is kept and left alone until the file is whole again.

mod file;
mod reader;
mod requests;
mod watch;

pub use watch::{look, watch};

use crate::config::Fault;
use hmm_adapters::miners::custom::{self, Trouble};
use hmm_domain::port::{Family, FamilyRegistry};
use hmm_domain::{FamilyId, Label, Message, Timestamp};
use hmm_net::{Jq, JqError, Outbound};
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

/// Files that come with the program, for people to copy.
pub const EXAMPLES: [(&str, &str); 1] = [("tasmota.yaml", include_str!("../../../../docs/examples/tasmota.yaml"))];

const FILES_MAX: usize = 64;
const BYTES_MAX: u64 = 256 * 1024;
const ENDING: &str = ".yaml";

/// The folder and what was last found in it.
pub struct Plugins {
    folder: PathBuf,
    outbound: Outbound,
    jq: Jq,
    built_in: FamilyRegistry,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    files: BTreeMap<String, Loaded>,
    /// Why the folder itself cannot be read.
    trouble: Option<Message>,
    looked_at: Option<Timestamp>,
}

/// One file as it was when it was read.
#[derive(Clone)]
struct Loaded {
    stamp: Stamp,
    at: Timestamp,
    /// The whole driver, or what is wrong.
    driver: Result<Spoken, Vec<Fault>>,
    /// It is whole, and another speaks for its family already.
    taken: Option<Fault>,
}

#[derive(Clone)]
struct Spoken {
    family: Arc<Family>,
    trouble: Trouble,
}

impl Loaded {
    /// Says in the log what became of a file, unless nothing did. Returns whether anything is other than before.
    fn tell(&self, name: &str, before: Option<&Self>) -> bool {
        match (&self.driver, before.map(|before| &before.driver)) {
            (Err(faults), Some(Err(same))) if faults == same => return false,
            (Err(faults), _) => tracing::warn!(file = name, faults = faults.len(), "a driver's file has faults"),
            (Ok(spoken), _) => tracing::info!(file = name, family = %spoken.family.id, "a driver was read"),
        }
        true
    }
}

/// By what a file is known to have changed. None: look again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp(Option<(SystemTime, u64)>);

/// A file as people see it.
#[derive(Debug, Clone)]
pub struct FileReport {
    pub name: String,
    /// Since when it is as it is.
    pub loaded_at: Timestamp,
    /// Its family, where it is in use.
    pub family: Option<(FamilyId, Label)>,
    pub faults: Vec<Fault>,
    /// What last went wrong with its expressions on a real reply.
    pub trouble: Option<Message>,
}

/// A file by its name; its text, where it is not the one that is known.
type OneLying = (String, Stamp, Option<Result<String, Fault>>);

/// What lies in the folder, before anybody thinks about it.
struct Lying {
    files: Vec<OneLying>,
    too_many: bool,
}

impl Plugins {
    pub fn new(config_dir: &Path, outbound: Outbound, jq: Jq, built_in: FamilyRegistry) -> Self {
        let folder = config_dir.join("plugins").join("miners");
        Self { folder, outbound, jq, built_in, kept: Mutex::default() }
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The families of this program, and those of the files that are whole.
    pub fn families(&self) -> FamilyRegistry {
        let kept = self.kept.lock();
        let whole = kept.files.values().filter(|file| file.taken.is_none());
        self.built_in.and(whole.filter_map(|file| file.driver.as_ref().ok()).map(|spoken| Arc::clone(&spoken.family)))
    }

    pub fn report(&self) -> (Vec<FileReport>, Option<Message>, Option<Timestamp>) {
        let kept = self.kept.lock();
        let report = |(name, file): (&String, &Loaded)| {
            let spoken = file.driver.as_ref().ok().filter(|_| file.taken.is_none());
            let faults = file.driver.as_ref().err().into_iter().flatten().chain(&file.taken);
            FileReport {
                name: name.clone(),
                loaded_at: file.at,
                family: spoken.map(|spoken| (spoken.family.id.clone(), spoken.family.label.clone())),
                faults: faults.cloned().collect(),
                trouble: spoken.and_then(|spoken| spoken.trouble.get()),
            }
        };
        (kept.files.iter().map(report).collect(), kept.trouble.clone(), kept.looked_at)
    }

    /// What to look for. [`Look::take`] blocks and is done away from the loops; [`Plugins::settle`] takes what it found.
    pub fn begin(&self) -> Look {
        let known = self.kept.lock().files.iter().map(|(name, file)| (name.clone(), file.stamp)).collect();
        Look { folder: self.folder.clone(), known }
    }

    /// Reads what has changed. Returns whether anything is other than before.
    pub async fn settle(&self, now: Timestamp, found: Found) -> bool {
        let lying = match found.0 {
            Ok(lying) => lying,
            Err(why) => {
                let trouble = Some(Message::new(&format!("{} cannot be read: {why}", self.folder.display())));
                let mut kept = self.kept.lock();
                kept.looked_at = Some(now);
                return std::mem::replace(&mut kept.trouble, trouble.clone()) != trouble;
            }
        };
        let mut files = BTreeMap::new();
        let mut changed = false;
        for (name, stamp, text) in lying.files {
            let before = self.kept.lock().files.get(&name).cloned();
            let loaded = match (text, before) {
                (None, Some(before)) => before,
                (text, before) => {
                    let loaded = self.load(now, stamp, text).await;
                    changed |= loaded.tell(&name, before.as_ref());
                    loaded
                }
            };
            files.insert(name, loaded);
        }
        let full = || Message::new(&format!("there are more than {FILES_MAX} files; the last of them are not read"));
        self.share(&mut files);
        let mut kept = self.kept.lock();
        changed |= !kept.files.keys().eq(files.keys());
        kept.files = files;
        kept.trouble = lying.too_many.then(full);
        kept.looked_at = Some(now);
        changed
    }

    async fn load(&self, now: Timestamp, mut stamp: Stamp, text: Option<Result<String, Fault>>) -> Loaded {
        let unread = || Err(fault("it was there, and is gone again".to_owned()));
        let parsed = text.unwrap_or_else(unread).map_err(|fault| vec![fault]).and_then(|text| file::parse(&text));
        let driver = match parsed {
            Err(faults) => Err(faults),
            Ok(file::Parsed { definition, expressions }) => match self.check(&expressions).await {
                Ok(faults) if faults.is_empty() => {
                    let (family, trouble) = custom::family(&self.outbound, &self.jq, definition);
                    Ok(Spoken { family: Arc::new(family), trouble })
                }
                Ok(faults) => Err(faults),
                Err(error) => {
                    // That may be over the next time.
                    stamp = Stamp(None);
                    Err(vec![fault(format!("its expressions could not be checked: {error}"))])
                }
            },
        };
        Loaded { stamp, at: now, driver, taken: None }
    }

    async fn check(&self, expressions: &[reader::Place]) -> Result<Vec<Fault>, JqError> {
        let codes: Vec<&str> = expressions.iter().map(|place| place.code.as_str()).collect();
        let faults = self.jq.check(&codes).await?;
        let said = expressions.iter().zip(faults).filter_map(|(place, fault)| {
            let fault = fault?;
            let (line, column) = crate::config::tree::position(&place.at);
            let before = place.code.get(..fault.at.unwrap_or(0)).unwrap_or_default().chars().count();
            let say = format!("{} (at character {} of the expression)", fault.say, before + 1);
            Some(Fault { line, column, key: Some(place.key.clone()), say })
        });
        Ok(said.collect())
    }

    /// One family, one driver: this program's own first, then the files by their names.
    fn share(&self, files: &mut BTreeMap<String, Loaded>) {
        let mut whose: BTreeMap<FamilyId, String> = BTreeMap::new();
        for (name, file) in files {
            let Ok(spoken) = &file.driver else { continue };
            let id = &spoken.family.id;
            file.taken = if self.built_in.get(id).is_some() {
                Some(fault(format!("this program speaks {id} itself; choose another family")))
            } else if let Some(other) = whose.get(id) {
                Some(fault(format!("{other} is the driver of {id}; choose another family, or remove one of the two")))
            } else {
                whose.insert(id.clone(), name.clone());
                None
            };
        }
    }
}

fn fault(say: String) -> Fault {
    Fault { line: 1, column: 1, key: None, say }
}

/// A look that is to be taken.
pub struct Look {
    folder: PathBuf,
    known: BTreeMap<String, Stamp>,
}

/// What it found.
pub struct Found(std::io::Result<Lying>);

impl Look {
    /// Lists the folder and reads what has changed. Blocks.
    pub fn take(self) -> Found {
        Found(self.lying())
    }

    fn lying(self) -> std::io::Result<Lying> {
        let entries = match std::fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(missing) if missing.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Lying { files: Vec::new(), too_many: false });
            }
            Err(error) => return Err(error),
        };
        let mut names = Vec::new();
        for entry in entries {
            let name = entry?.file_name();
            if let Some(name) = name.to_str().filter(|name| name.ends_with(ENDING) && !name.starts_with('.')) {
                names.push(name.to_owned());
            }
        }
        names.sort();
        let too_many = names.len() > FILES_MAX;
        names.truncate(FILES_MAX);
        let files = names.into_iter().map(|name| {
            let path = self.folder.join(&name);
            let stamp = stamp(&path);
            let same = stamp.0.is_some() && self.known.get(&name) == Some(&stamp);
            let text = (!same).then(|| read(&path));
            (name, stamp, text)
        });
        Ok(Lying { files: files.collect(), too_many })
    }
}

fn stamp(path: &Path) -> Stamp {
    Stamp(std::fs::metadata(path).and_then(|meta| Ok((meta.modified()?, meta.len()))).ok())
}

fn read(path: &Path) -> Result<String, Fault> {
    let cannot = |why: String| fault(format!("the file cannot be read: {why}"));
    let meta = std::fs::metadata(path).map_err(|error| cannot(error.to_string()))?;
    if !meta.is_file() {
        return Err(cannot("it is no file".to_owned()));
    }
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(|error| cannot(error.to_string()))?;
    file.take(BYTES_MAX + 1).read_to_end(&mut bytes).map_err(|error| cannot(error.to_string()))?;
    String::from_utf8(bytes).map_err(|_| fault("this is not UTF-8 text; save the file as UTF-8".to_owned()))
}
