//! Who is held to the contract.
//!
//! **Invariant:** one entry for each face that differs in what it says or can do. Who only calls and is never asked (the
//! oldest NMMiner) has tests of its own.

use hmm_domain::port::Credentials;
use hmm_sim::{
    Access, Avalon, Firmware, Generation, Model, Nerd, NerdRelease, NmRelease, Release, Stock, XMRIG_TOKEN, XmRig,
};

/// One face of one family.
#[derive(Clone, Copy)]
pub(crate) struct Entry {
    pub(crate) name: &'static str,
    pub(crate) family: &'static str,
    pub(crate) model: Model,
    pub(crate) firmware: Firmware,
    pub(crate) key: Key,
}

/// What lets us in.
#[derive(Clone, Copy)]
pub(crate) enum Key {
    None,
    Login(&'static str, &'static str),
    Token(&'static str),
    /// A session is opened for it first.
    Code(&'static str),
}

impl Entry {
    /// What a person would have given us.
    pub(crate) fn credentials(&self) -> Credentials {
        match self.key {
            Key::Login(user, password) => {
                Credentials { user: Some(user.to_owned()), password: Some(password.to_owned()), token: None }
            }
            Key::Token(token) => Credentials { token: Some(token.to_owned()), ..Credentials::default() },
            Key::None | Key::Code(_) => Credentials::default(),
        }
    }
}

const fn axeos(name: &'static str, model: Model, generation: Generation) -> Entry {
    Entry { name, family: "axeos", model, firmware: Firmware::AxeOs(generation), key: Key::None }
}

const fn nerdos(name: &'static str, model: Model, nerd: Nerd, key: Key) -> Entry {
    Entry { name, family: "nerdos", model, firmware: Firmware::NerdOs(nerd), key }
}

const fn xmrig(name: &'static str, release: Release, access: Access, key: Key) -> Entry {
    Entry { name, family: "xmrig", model: Model::Pc, firmware: Firmware::XmRig(XmRig::new(release, access)), key }
}

const fn nmminer(name: &'static str, model: Model, release: NmRelease) -> Entry {
    // The oldest takes a pool only together with its Wi-Fi.
    let key = Key::Login("Home", "wifi-password");
    Entry { name, family: "nmminer", model, firmware: Firmware::NmMiner(release), key }
}

const fn avalon(name: &'static str, which: Avalon) -> Entry {
    let (user, password) = which.login();
    let (model, firmware) = (which.model(), Firmware::Avalon(which));
    Entry { name, family: "avalon", model, firmware, key: Key::Login(user, password) }
}

const fn stock(name: &'static str, which: Stock) -> Entry {
    Entry { name, family: which.family(), model: Model::S19, firmware: Firmware::Stock(which), key: Key::None }
}

const CODE: &str = "271828";
const TOKEN: Key = Key::Token(XMRIG_TOKEN);

pub(crate) const ENTRIES: &[Entry] = &[
    axeos("axeos 2.4", Model::Supra, Generation::V2_4),
    axeos("axeos 2.10", Model::Ultra, Generation::V2_10),
    axeos("axeos 2.12", Model::Gamma, Generation::V2_12),
    axeos("axeos 2.14", Model::Gt, Generation::V2_14),
    axeos("axeos 2.15", Model::Gamma, Generation::V2_15),
    nerdos("nerdos 1.0.28", Model::NerdQaxePlus, Nerd::new(NerdRelease::V1_0_28), Key::None),
    nerdos("nerdos 1.0.36", Model::NerdAxeGamma, Nerd::new(NerdRelease::V1_0_36), Key::None),
    nerdos("nerdos 1.1 both pools", Model::NerdOctaxeGamma, Nerd::new(NerdRelease::V1_1).for_both_pools(), Key::None),
    nerdos("nerdos 1.1 code", Model::NerdQaxePlusPlus, Nerd::new(NerdRelease::V1_1).guarded_by(CODE), Key::Code(CODE)),
    nerdos("nerdos 1.2", Model::NerdOctaxeGammaRev3, Nerd::new(NerdRelease::V1_2), Key::None),
    nmminer("nmminer 1.6", Model::NmMiner, NmRelease::V1_6),
    nmminer("nmminer 2.0", Model::NmMiner, NmRelease::V2_0),
    nmminer("nmaxe", Model::NmAxe, NmRelease::Axe),
    avalon("avalon nano 3", Avalon::Nano3),
    avalon("avalon nano 3s", Avalon::Nano3s),
    avalon("avalon mini 3", Avalon::Mini3),
    avalon("avalon q", Avalon::Q),
    avalon("avalon a15", Avalon::A15),
    stock("antminer", Stock::Antminer),
    stock("vnish", Stock::Vnish),
    stock("braiins os", Stock::BraiinsOs),
    stock("luxos", Stock::LuxOs),
    stock("cgminer", Stock::Cgminer),
    stock("whatsminer 2", Stock::Whatsminer),
    stock("whatsminer 3", Stock::Whatsminer3),
    xmrig("xmrig 2.6", Release::V2_6, Access::Open, Key::None),
    xmrig("xmrig 6.12", Release::V6_12, Access::Read, TOKEN),
    xmrig("xmrig 6.24", Release::V6_24, Access::Control, TOKEN),
];
