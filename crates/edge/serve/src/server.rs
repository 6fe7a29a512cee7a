//! Listening, accepting, and stopping without cutting answers off.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
};

use crate::{Access, Published, router};

/// Most connections at once; further ones wait to be accepted.
pub const CONNECTIONS_MAX: usize = 1024;
/// Longest time a connection may take to send the head of a request, and may stay idle between two.
const HEAD_TIMEOUT: Duration = Duration::from_secs(30);
/// How long a stop waits for answers that are being sent.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(5);
/// Pause after the system could not accept, for example because of too many open files.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Why the endpoint cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    /// The address can be reached from elsewhere, and nothing protects it.
    #[error(
        "`{0}` can be reached from other machines: configure a token, or listen on a loopback address"
    )]
    Exposed(SocketAddr),
    /// The system refuses the address.
    #[error("cannot listen on `{0}`: {1}; choose another address or port")]
    Address(SocketAddr, #[source] io::Error),
}

/// A bound, not yet running server.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    router: Router,
}

impl Server {
    /// Listens on `address`; port 0 takes a free one. Connections wait until [`Server::run`].
    ///
    /// # Errors
    /// When the address is not loopback and no token protects it, or the system refuses it.
    pub async fn bind(
        address: SocketAddr,
        access: Access,
        published: Arc<Published>,
    ) -> Result<Self, BindError> {
        if !address.ip().is_loopback() && matches!(access, Access::Loopback) {
            return Err(BindError::Exposed(address));
        }
        let refused = |error| BindError::Address(address, error);
        let listener = TcpListener::bind(address).await.map_err(refused)?;
        let bound = listener.local_addr().map_err(refused)?;
        Ok(Self { listener, address: bound, router: router(published, &access) })
    }

    /// The address that is listened on, with its real port.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Answers until `shutdown` ends; then accepts no more, finishes the answers that are being sent and
    /// returns, after a few seconds at the latest.
    pub async fn run(self, shutdown: impl Future<Output = ()>) {
        let graceful = GracefulShutdown::new();
        let room = Arc::new(Semaphore::new(CONNECTIONS_MAX));
        let mut shutdown = std::pin::pin!(shutdown);
        loop {
            let accepted = tokio::select! {
                () = &mut shutdown => break,
                accepted = accept(&self.listener, &room) => accepted,
            };
            match accepted {
                Ok((stream, permit)) => self.serve(stream, permit, &graceful),
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be accepted");
                    tokio::time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
        drop(self.listener);
        if tokio::time::timeout(DRAIN_TIMEOUT, graceful.shutdown()).await.is_err() {
            tracing::warn!("connections were cut off at shutdown");
        }
    }

    fn serve(&self, stream: TcpStream, permit: OwnedSemaphorePermit, graceful: &GracefulShutdown) {
        // Answers are one small write: waiting for more to send would only delay them.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "TCP_NODELAY was refused");
        }
        let service = TowerToHyperService::new(self.router.clone());
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_TIMEOUT)
            .serve_connection(TokioIo::new(stream), service);
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            let _permit = permit;
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended early");
            }
        });
    }
}

async fn accept(
    listener: &TcpListener,
    room: &Arc<Semaphore>,
) -> io::Result<(TcpStream, OwnedSemaphorePermit)> {
    let permit = Arc::clone(room).acquire_owned().await.map_err(io::Error::other)?;
    let (stream, _) = listener.accept().await?;
    Ok((stream, permit))
}
