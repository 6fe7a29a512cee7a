//! The server on a real socket: where it listens, and how it stops.

use std::{net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::oneshot,
};

use super::sample::published;
use crate::{Access, BindError, Server, Token};

fn loopback() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 0))
}

/// Sends one request and reads until `end` has come.
async fn exchange(stream: &mut TcpStream, end: &str) -> String {
    stream.write_all(b"GET /livez HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
    let mut read = Vec::new();
    while !String::from_utf8_lossy(&read).ends_with(end) {
        let mut piece = [0; 1024];
        let count = stream.read(&mut piece).await.unwrap();
        assert!(count > 0, "the connection ended early: {}", String::from_utf8_lossy(&read));
        read.extend_from_slice(&piece[..count]);
    }
    String::from_utf8(read).unwrap()
}

#[tokio::test]
async fn a_connection_is_kept_and_a_stop_closes_it_after_its_answer() {
    let server = Server::bind(loopback(), Access::Loopback, published()).await.unwrap();
    let address = server.local_addr();
    let (stop, stopped) = oneshot::channel::<()>();
    let running = tokio::spawn(server.run(async { stopped.await.unwrap_or_default() }));
    let mut stream = TcpStream::connect(address).await.unwrap();
    for _ in 0..3 {
        let answer = exchange(&mut stream, "{\"live\":true}").await;
        assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    }
    stop.send(()).unwrap();
    tokio::time::timeout(Duration::from_secs(3), running).await.expect("it stops").unwrap();
    let mut rest = Vec::new();
    assert_eq!(stream.read_to_end(&mut rest).await.unwrap(), 0);
    assert!(TcpStream::connect(address).await.is_err(), "nobody listens any more");
}

#[tokio::test]
async fn an_address_others_can_reach_needs_a_token() {
    let everywhere = SocketAddr::from(([0, 0, 0, 0], 0));
    let refused = Server::bind(everywhere, Access::Loopback, published()).await.unwrap_err();
    assert!(matches!(refused, BindError::Exposed(_)), "{refused}");
    assert!(refused.to_string().contains("configure a token"));
    let token = Access::Token(Token::new("0123456789abcdef").unwrap());
    assert!(Server::bind(everywhere, token, published()).await.is_ok());
}

#[tokio::test]
async fn a_taken_port_is_named() {
    let first = Server::bind(loopback(), Access::Loopback, published()).await.unwrap();
    let address = first.local_addr();
    let refused = Server::bind(address, Access::Loopback, published()).await.unwrap_err();
    assert!(refused.to_string().contains(&address.to_string()), "{refused}");
}
