//! What docker-compose.yml promises, tried out as far as that needs no container.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::crash::process::free_port;
use crate::shell;

fn compose() -> String {
    std::fs::read_to_string(shell::root().join("docker-compose.yml")).unwrap()
}

/// The lines of one service.
fn service(compose: &str, name: &str) -> String {
    let (_, rest) = compose.split_once(&format!("\n  {name}:\n")).unwrap();
    let inside = |line: &&str| line.is_empty() || line.starts_with("    ");
    rest.lines().take_while(inside).collect::<Vec<_>>().join("\n") + "\n"
}

#[test]
fn the_manager_is_handed_the_four_variables_and_no_others() {
    let manager = service(&compose(), "hmm");
    let (_, after) = manager.split_once("    environment:\n").unwrap();
    let entries = after.lines().take_while(|line| line.starts_with("      ")).map(str::trim);
    let names: Vec<&str> =
        entries.filter(|line| !line.starts_with('#')).filter_map(|line| line.split(':').next()).collect();
    assert_eq!(names, ["WEB_PORT", "TZ", "PUID", "PGID"]);
}

#[test]
fn the_manager_keeps_no_right_but_those_for_leaving_root() {
    let manager = service(&compose(), "hmm");
    for line in ["read_only: true", "network_mode: host", "- no-new-privileges:true", "restart: unless-stopped"] {
        assert!(manager.contains(line), "{line}");
    }
    let (_, rights) = manager.split_once("    cap_add:\n").unwrap();
    let rights: Vec<&str> = rights.lines().take_while(|line| line.starts_with("      - ")).map(str::trim).collect();
    assert_eq!(rights, ["- CHOWN", "- DAC_OVERRIDE", "- SETGID", "- SETUID"]);
    assert!(manager.contains("    cap_drop:\n      - ALL\n"));
    assert!(!compose().contains("docker.sock"));
}

/// The script that compose runs before the broker, in `folder` instead of the volume.
fn make_password(folder: &Path) -> (String, String) {
    let service = service(&compose(), "mqtt-password");
    let (_, script) = service.split_once("    command:\n      - |\n").unwrap();
    let script: Vec<&str> = script.lines().map(|line| line.trim_start_matches("        ")).collect();
    let script = script.join("\n").replace("$$", "$").replace("/mosquitto/config", folder.to_str().unwrap());
    let made = Command::new("sh").args(["-euc", &script]).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    (read("hmm.password").trim().to_owned(), read("hmm.conf"))
}

struct Broker(Child);

impl Drop for Broker {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// The broker's answer to a greeting with this password: 0 is welcome.
fn greeting(port: u16, password: Option<&str>) -> u8 {
    let text = |text: &str| [&u16::try_from(text.len()).unwrap().to_be_bytes()[..], text.as_bytes()].concat();
    let flags = if password.is_some() { 0xc2 } else { 0x02 };
    let mut body = [&text("MQTT")[..], &[4, flags, 0, 30], &text("trial")].concat();
    if let Some(password) = password {
        body.extend([text("hmm"), text(password)].concat());
    }
    let end = Instant::now() + Duration::from_secs(20);
    let mut stream = loop {
        match TcpStream::connect(("127.0.0.1", port)) {
            Ok(stream) => break stream,
            Err(error) => assert!(Instant::now() < end, "the broker does not listen: {error}"),
        }
        thread::sleep(Duration::from_millis(10));
    };
    stream.write_all(&[&[0x10, u8::try_from(body.len()).unwrap()], &body[..]].concat()).unwrap();
    let mut answer = [0; 4];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(answer[0], 0x20, "an answer to a greeting");
    answer[3]
}

#[test]
fn d10_the_brokers_password_is_made_once_and_nobody_comes_in_without_it() {
    let (Some(broker), Some(_)) = (shell::find("mosquitto"), shell::find("mosquitto_passwd")) else {
        println!("skipped: Mosquitto is not installed");
        return;
    };
    let folder = shell::scratch("broker").unwrap().join(std::process::id().to_string());
    std::fs::create_dir_all(&folder).unwrap();
    let (password, settings) = make_password(&folder);
    assert!(password.len() >= 32, "{password}");
    assert_eq!(make_password(&folder), (password.clone(), settings.clone()), "a second start changes nothing");

    let port = free_port().unwrap();
    let data = folder.to_str().unwrap();
    let settings = settings.replace("listener 1883", &format!("listener {port} 127.0.0.1"));
    let settings = settings.replace("/mosquitto/data", data);
    // Started as root it would become somebody who cannot read the file; in the image it is that somebody from the start.
    std::fs::write(folder.join("hmm.conf"), settings + "user root\n").unwrap();
    let mut command = Command::new(broker);
    command.arg("-c").arg(folder.join("hmm.conf")).stdout(Stdio::null()).stderr(Stdio::null());
    let running = Broker(command.spawn().unwrap());
    assert_eq!(greeting(port, Some(&password)), 0);
    assert_ne!(greeting(port, Some("mosquitto")), 0);
    assert_ne!(greeting(port, None), 0);
    drop(running);
    std::fs::remove_dir_all(&folder).unwrap();
}
