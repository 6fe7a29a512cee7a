//! One step in the life of an alert as JSON.

use gait_decide::{AgentRef, Alert, AlertFamily, ClientRef};

use crate::{
    client::write_client,
    number::{nats, percent},
    object::Object,
};

/// The family, how many belong to it, and some of them; nothing but the null where there is none.
fn write_family(family: Option<&AlertFamily>, alert: &mut Object<'_>) {
    let Some(family) = family else { return alert.plain("family", ()) };
    alert.word("family", family.id);
    alert.plain("members", family.members);
    alert.ids("examples", family.examples.iter());
}

/// Appends an alert as one line of JSON, without its line end.
pub fn write_alert(alert: &Alert, out: &mut Vec<u8>) {
    let client = ClientRef {
        id: alert.client,
        site: alert.site.as_deref(),
        ip: &alert.ip,
        user_agent: alert.user_agent.as_deref(),
        ja4: alert.ja4.as_deref(),
        agent: alert.agent.as_ref().map(|(agent, subject, grant)| AgentRef {
            agent,
            subject,
            grant: grant.as_deref(),
        }),
    };
    let change = &alert.change;
    let mut json = Object::open(out);
    json.word("id", change.id);
    json.word("state", change.phase);
    json.word("kind", change.kind);
    write_client(client, &mut json);
    json.word("class", change.class);
    json.plain("score", percent(change.score));
    json.plain("enforceable", change.enforceable);
    json.word("confidence", alert.confidence);
    json.plain("events", alert.events);
    json.word("first_seen", alert.first_seen);
    json.word("last_seen", alert.last_seen);
    json.word("opened_at", change.opened);
    match change.cause {
        Some(cause) => json.word("closed_because", cause),
        None => json.plain("closed_because", ()),
    }
    write_family(alert.family.as_ref(), &mut json);
    json.objects("reasons", alert.reasons.iter(), |(detector, millinats), json| {
        json.name("detector", &[detector]);
        json.plain("nats", nats(*millinats));
    });
    json.close();
}
