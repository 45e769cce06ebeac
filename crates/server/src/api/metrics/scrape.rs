//! One scrape.

use crate::api::extract::Home;
use crate::api::miners::wire::StateName;
use crate::front::House;
use axum::response::{IntoResponse, Response};
use hmm_domain::units::{CentiCelsius, Power};
use hmm_engine::{LiveMiner, OperationMode};
use http::header;
use metrics::{counter, gauge, with_local_recorder};
use metrics_exporter_prometheus::PrometheusBuilder;

const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// Numbers for Prometheus. What is not known is absent, never zero.
#[utoipa::path(get, path = "/metrics", tag = "system",
    responses((status = 200, body = String, content_type = "text/plain")))]
#[tracing::instrument(name = "api.metrics.scrape", skip_all)]
pub async fn scrape(Home(house): Home) -> Response {
    let recorder = PrometheusBuilder::new().build_recorder();
    with_local_recorder(&recorder, || write(&house));
    ([(header::CONTENT_TYPE, CONTENT_TYPE)], recorder.handle().render()).into_response()
}

#[expect(clippy::cast_precision_loss, reason = "Prometheus knows nothing but floats")]
fn write(house: &House) {
    let now = house.clock.now();
    gauge!("hmm_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
    gauge!("hmm_uptime_seconds").set(now.since(house.started_at).as_secs_f64());
    gauge!("hmm_viewers").set(house.live.viewers() as f64);
    gauge!("hmm_problems").set(house.engine.problems().len() as f64);
    counter!("hmm_samples_dropped_total").absolute(house.store.samples_dropped());
    for mode in [OperationMode::Live, OperationMode::DryRun, OperationMode::Paused] {
        let is = house.engine.operation_mode() == mode;
        gauge!("hmm_operation_mode", "mode" => mode.as_str()).set(f64::from(u8::from(is)));
    }
    for report in house.engine.loops() {
        counter!("hmm_loop_failures_total", "loop" => report.name.clone()).absolute(report.failures);
        if let Some(last) = report.last_success {
            gauge!("hmm_loop_last_success_age_seconds", "loop" => report.name).set(now.since(last).as_secs_f64());
        }
    }
    for live in house.engine.miners() {
        miner(&live);
    }
}

#[expect(clippy::cast_precision_loss, reason = "Prometheus knows nothing but floats")]
fn miner(live: &LiveMiner) {
    let labels = [
        ("miner", live.miner.id.to_string()),
        ("name", live.miner.name.to_string()),
        ("algorithm", live.algorithm.to_string()),
    ];
    for (state, name) in StateName::ALL {
        let is = StateName::from(live.state) == state;
        gauge!("hmm_miner_state", "miner" => labels[0].1.clone(), "name" => labels[1].1.clone(), "state" => name)
            .set(f64::from(u8::from(is)));
    }
    let Some(latest) = live.latest.as_ref().filter(|_| !live.stale) else { return };
    let reading = &latest.reading;
    let gauges = [
        ("hmm_miner_hashrate_hs", reading.hashrate.map(|hashrate| hashrate.get() as f64)),
        ("hmm_miner_power_watts", reading.power.map(Power::as_watts)),
        ("hmm_miner_temperature_celsius", reading.temperature.map(CentiCelsius::as_celsius)),
        ("hmm_miner_vr_temperature_celsius", reading.vr_temperature.map(CentiCelsius::as_celsius)),
        ("hmm_miner_fan_rpm", reading.fan.map(|fan| f64::from(fan.get()))),
        ("hmm_miner_uptime_seconds", reading.uptime_s.map(|uptime| uptime as f64)),
    ];
    for (name, value) in gauges {
        if let Some(value) = value {
            gauge!(name, &labels).set(value);
        }
    }
    let counters = [
        ("hmm_miner_shares_accepted_total", reading.shares_accepted),
        ("hmm_miner_shares_rejected_total", reading.shares_rejected),
    ];
    for (name, value) in counters {
        if let Some(value) = value {
            counter!(name, &labels).absolute(value);
        }
    }
}
