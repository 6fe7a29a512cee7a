//! Who a record is about.

use gait_decide::ClientRef;

use crate::object::Object;

/// Writes the client and its site, which stand side by side in every record.
pub(crate) fn write_client(client: ClientRef<'_>, record: &mut Object<'_>) {
    let mut object = Object::open(record.key("client"));
    object.word("id", client.id);
    object.text("ip", Some(client.ip));
    object.text("net", Some(&client.net()));
    object.text("user_agent", client.user_agent);
    object.text("ja4", client.ja4);
    if let Some(of) = client.agent {
        object.text("agent", Some(of.agent));
        object.text("subject", Some(of.subject));
        object.text("grant", of.grant);
    }
    object.close();
    record.text("site", client.site);
}
