//! What each generation tells: every field of `/api/system/info` with its JSON type.

use crate::{Street, kitchen};
use expect_test::{Expect, expect};
use hmm_sim::{Generation, Model};
use serde_json::Value;
use std::fmt::Write as _;

async fn check(generation: Generation, expected: Expect) {
    let street = Street::with(generation).await;
    street.advance(60).await;
    expected.assert_eq(&table(&street.kitchen().info().await));
}

/// The keys in order, grouped by type.
fn table(info: &Value) -> String {
    let fields = info.as_object().expect("an object");
    let mut out = String::new();
    for kind in ["number", "string", "boolean", "array", "object"] {
        let mut names: Vec<&str> =
            fields.iter().filter(|(_, value)| kind_of(value) == kind).map(|(name, _)| name.as_str()).collect();
        if names.is_empty() {
            continue;
        }
        names.sort_unstable();
        let _ = writeln!(out, "{kind}:");
        let mut line = String::new();
        for name in names {
            if line.len() + name.len() > 100 {
                let _ = writeln!(out, " {line}");
                line.clear();
            }
            let _ = write!(line, " {name}");
        }
        let _ = writeln!(out, " {line}");
    }
    out
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

#[tokio::test]
async fn firmware_2_4_tells_this() {
    check(
        Generation::V2_4,
        expect![[r#"
        number:
          asicCount autofanspeed coreVoltage coreVoltageActual current fallbackStratumPort fanrpm fanspeed
          flipscreen freeHeap frequency hashRate invertfanpolarity invertscreen isUsingFallbackStratum
          overheat_mode power sharesAccepted sharesRejected smallCoreCount stratumDiff stratumPort temp
          uptimeSeconds voltage vrTemp
        string:
          ASICModel bestDiff bestSessionDiff boardVersion fallbackStratumURL fallbackStratumUser hostname
          idfVersion macAddr runningPartition ssid stratumURL stratumUser version wifiStatus
    "#]],
    )
    .await;
}

#[tokio::test]
async fn firmware_2_10_tells_this() {
    check(
        Generation::V2_10,
        expect![[r#"
        number:
          apEnabled autofanspeed coreVoltage coreVoltageActual current displayTimeout expectedHashrate
          fallbackStratumExtranonceSubscribe fallbackStratumPort fallbackStratumSuggestedDifficulty fanrpm
          fanspeed freeHeap frequency hashRate invertscreen isPSRAMAvailable isUsingFallbackStratum maxPower
          minFanSpeed nominalVoltage overclockEnabled overheat_mode poolDifficulty power responseTime rotation
          sharesAccepted sharesRejected smallCoreCount statsFrequency stratumExtranonceSubscribe stratumPort
          stratumSuggestedDifficulty temp temp2 temptarget uptimeSeconds voltage vrTemp wifiRSSI
        string:
          ASICModel axeOSVersion bestDiff bestSessionDiff boardVersion display fallbackStratumURL
          fallbackStratumUser hostname idfVersion macAddr runningPartition ssid stratumURL stratumUser version
          wifiStatus
        array:
          sharesRejectedReasons
    "#]],
    )
    .await;
}

#[tokio::test]
async fn firmware_2_12_tells_this() {
    check(
        Generation::V2_12,
        expect![[r#"
        number:
          apEnabled autofanspeed bestDiff bestSessionDiff blockFound blockHeight coreVoltage coreVoltageActual
          current displayTimeout errorPercentage expectedHashrate fallbackStratumExtranonceSubscribe
          fallbackStratumPort fallbackStratumSuggestedDifficulty fan2rpm fanrpm fanspeed freeHeap
          freeHeapInternal freeHeapSpiram frequency hashRate hashRate_10m hashRate_1h hashRate_1m invertscreen
          isPSRAMAvailable isUsingFallbackStratum manualFanSpeed maxPower minFanSpeed networkDifficulty
          nominalVoltage overclockEnabled overheat_mode poolAddrFamily poolDifficulty power responseTime
          rotation sharesAccepted sharesRejected smallCoreCount statsFrequency stratumExtranonceSubscribe
          stratumPort stratumSuggestedDifficulty temp temp2 temptarget uptimeSeconds voltage vrTemp wifiRSSI
        string:
          ASICModel axeOSVersion boardVersion display fallbackStratumURL fallbackStratumUser hostname
          idfVersion ipv4 ipv6 macAddr resetReason runningPartition scriptsig ssid stratumURL stratumUser
          version wifiStatus
        array:
          sharesRejectedReasons
        object:
          hashrateMonitor
    "#]],
    )
    .await;
}

#[tokio::test]
async fn firmware_2_14_tells_this() {
    check(
        Generation::V2_14,
        expect![[r#"
        number:
          actualFrequency apEnabled autofanspeed bestDiff bestSessionDiff blockFound blockHeight
          coinbaseValueTotalSatoshis coreVoltage coreVoltageActual cpuUsage current displayTimeout
          errorPercentage expectedHashrate fallbackStratumPort fallbackStratumSuggestedDifficulty
          fallbackStratumTLS fan2rpm fanrpm fanspeed freeHeap freeHeapInternal freeHeapSpiram frequency
          hashRate hashRate_10m hashRate_1h hashRate_1m invertscreen isPSRAMAvailable isUsingFallbackStratum
          manualFanSpeed maxPower minFanSpeed networkDifficulty nominalVoltage overclockEnabled overheat_mode
          poolDifficulty power responseShareBatch responseTime rotation sharesAccepted sharesRejected
          smallCoreCount statsFrequency stratumPort stratumSuggestedDifficulty stratumTLS temp temp2
          temptarget uptimeSeconds voltage vrTemp wifiRSSI
        string:
          ASICModel axeOSVersion boardVersion display fallbackStratumCert fallbackStratumProtocol
          fallbackStratumURL fallbackStratumUser hostname idfVersion ipv4 ipv6 macAddr poolConnectionInfo
          resetReason runningPartition scriptsig ssid stratumCert stratumProtocol stratumURL stratumUser
          version wifiStatus
        boolean:
          fallbackStratumDecodeCoinbase fallbackStratumExtranonceSubscribe miningPaused showNewBlock
          stratumDecodeCoinbase stratumExtranonceSubscribe
        array:
          blockSignals coinbaseOutputs sharesRejectedReasons
        object:
          hashrateMonitor
    "#]],
    )
    .await;
}

#[tokio::test]
async fn firmware_2_15_tells_this() {
    check(
        Generation::V2_15,
        expect![[r#"
        number:
          actualFrequency apEnabled autofanspeed bestDiff bestSessionDiff blockFound blockHeight
          coinbaseValueTotalSatoshis coreVoltage coreVoltageActual cpuUsage current displayTimeout
          errorPercentage expectedHashrate fallbackStratumPort fallbackStratumSuggestedDifficulty
          fallbackStratumTLS fan2rpm fanrpm fanspeed freeHeap freeHeapInternal freeHeapSpiram frequency
          hashRate hashRate_10m hashRate_1h hashRate_1m invertscreen isPSRAMAvailable isUsingFallbackStratum
          manualFanSpeed maxPower minFanSpeed networkDifficulty nominalVoltage overclockEnabled overheat_mode
          poolDifficulty power primaryPoolIndex responseShareBatch responseTime rotation secondaryPoolIndex
          sharesAccepted sharesPending sharesRejected smallCoreCount statsFrequency stratumPort
          stratumSuggestedDifficulty stratumTLS temp temp2 temptarget totalUptimeSeconds uptimeSeconds voltage
          vrTemp wifiRSSI
        string:
          ASICModel axeOSVersion boardVersion display fallbackStratumCert fallbackStratumProtocol
          fallbackStratumURL fallbackStratumUser hostname idfVersion ipv4 ipv6 macAddr mdnsHostname
          poolConnectionInfo resetReason runningPartition scriptsig ssid stratumCert stratumProtocol
          stratumURL stratumUser version wifiStatus
        boolean:
          fallbackStratumDecodeCoinbase fallbackStratumExtranonceSubscribe miningPaused showNewBlock
          stratumDecodeCoinbase stratumExtranonceSubscribe
        array:
          blockSignals coinbaseOutputs partitions pools sharesRejectedReasons
        object:
          hashrateMonitor
    "#]],
    )
    .await;
}

#[tokio::test]
async fn the_best_difficulty_is_written_in_three_ways() {
    let mut lines = String::new();
    for generation in Generation::ALL {
        let info = Street::with(generation).await.kitchen().info().await;
        let _ = writeln!(lines, "{:<8} {}", info["version"].as_str().expect("a string"), info["bestDiff"]);
    }
    expect![[r#"
        v2.4.5   "333.34M"
        v2.10.1  "333.34 M"
        v2.12.2  333343085
        v2.14.2  333343085
        v2.15.0  333343085
    "#]]
    .assert_eq(&lines);
}

#[tokio::test]
async fn no_bitaxe_names_its_device_model_or_a_password_in_info() {
    for generation in Generation::ALL {
        let body = Street::with(generation).await.kitchen().get("/api/system/info").await.body;
        assert!(!body.contains("deviceModel") && !body.contains("Password\":\"x"), "{body}");
        assert_eq!(body.contains("*****"), generation == Generation::V2_15);
    }
}

#[tokio::test]
async fn options_come_from_the_board_and_only_from_2_7_on() {
    let mut lines = String::new();
    for model in [Model::Ultra, Model::Supra, Model::Gamma, Model::Gt] {
        let mut spec = kitchen(Generation::V2_10);
        spec.model = model;
        let street = Street::of(vec![spec]).await;
        let _ = writeln!(lines, "{}", street.kitchen().get("/api/system/asic").await.body);
    }
    let old = Street::with(Generation::V2_4).await.kitchen().get("/api/system/asic").await;
    let _ = writeln!(lines, "{}", old.line());
    assert!(old.head.contains("Location: /\r\n"));
    expect![[r#"
        {"ASICModel":"BM1366","deviceModel":"Ultra","swarmColor":"purple","asicCount":1,"defaultFrequency":485,"frequencyOptions":[400,425,450,475,485,500,525,550,575],"defaultVoltage":1200,"voltageOptions":[1100,1150,1200,1250,1300]}
        {"ASICModel":"BM1368","deviceModel":"Supra","swarmColor":"blue","asicCount":1,"defaultFrequency":490,"frequencyOptions":[400,425,450,475,485,490,500,525,550,575],"defaultVoltage":1166,"voltageOptions":[1100,1150,1166,1200,1250,1300]}
        {"ASICModel":"BM1370","deviceModel":"Gamma","swarmColor":"green","asicCount":1,"defaultFrequency":525,"frequencyOptions":[400,490,525,550,600,625],"defaultVoltage":1150,"voltageOptions":[1000,1060,1100,1150,1200,1250]}
        {"ASICModel":"BM1370","deviceModel":"GammaTurbo","swarmColor":"red","asicCount":2,"defaultFrequency":525,"frequencyOptions":[400,490,525,550,600,625],"defaultVoltage":1150,"voltageOptions":[1000,1060,1100,1150,1200,1250]}
        302 Redirect to the captive portal
    "#]].assert_eq(&lines);
}

#[tokio::test]
async fn averages_are_zero_until_their_window_is_full() {
    let street = Street::of(vec![kitchen(Generation::V2_12).cold()]).await;
    street.advance(20 + 90).await;
    let info = street.kitchen().info().await;
    let rate = |name: &str| info[name].as_f64().expect("a number");
    assert!(rate("hashRate_1m") > 700.0 && rate("hashRate") > 1000.0);
    assert_eq!((rate("hashRate_10m"), rate("hashRate_1h")), (0.0, 0.0));
}

#[tokio::test]
async fn fields_of_the_first_job_are_missing_while_nothing_hashes() {
    let street = Street::with(Generation::V2_14).await;
    street.kitchen().post("/api/system/pause").await;
    street.advance(5).await;
    let info = street.kitchen().info().await;
    assert_eq!((info.get("blockHeight"), &info["temp"], &info["hashRate"]), (None, &Value::from(-1), &Value::from(0)));
    assert_eq!(info["miningPaused"], true);
}
