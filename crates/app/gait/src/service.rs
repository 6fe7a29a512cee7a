//! The HTTP side of a running process: what is published, and the server that shows it.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use anyhow::Result;
use gait_classify::Model;
use gait_detect::Pack;
use gait_observe::Metrics;
use gait_serve::{Access, Board, Published, Server};
use tokio::{runtime::Runtime, sync::oneshot};

/// How long open connections are waited for when the process ends.
const SHUTDOWN_WAIT: Duration = Duration::from_secs(5);

/// The runtime of everything that is not the pipeline: signals and, when asked for, HTTP.
#[derive(Debug)]
pub(crate) struct Service {
    runtime: Runtime,
    published: Arc<Published>,
    server: Option<(oneshot::Sender<()>, tokio::task::JoinHandle<()>)>,
}

impl Service {
    /// A service that publishes at most `clients_max` clients, and serves nothing yet.
    ///
    /// # Errors
    /// The system gives no threads.
    pub(crate) fn new(pack: &Pack, clients_max: usize) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("gait-http")
            .enable_all()
            .build()?;
        let version = env!("CARGO_PKG_VERSION");
        let detectors = pack.detectors().iter().map(|detector| detector.id.as_str());
        let metrics = Metrics::new(version, detectors);
        metrics.configured(&pack.hash().to_string());
        let model = Model::shipped();
        let prior = model.score(model.prior_millinats());
        let board = Board::new(clients_max, prior);
        let published = Arc::new(Published::new(version, board, metrics));
        Ok(Self { runtime, published, server: None })
    }

    /// Listens on `address`; returns where exactly.
    ///
    /// # Errors
    /// The address is taken, or open to other machines without a token.
    pub(crate) fn listen(&mut self, address: SocketAddr, access: Access) -> Result<SocketAddr> {
        let published = Arc::clone(&self.published);
        let server = self.runtime.block_on(Server::bind(address, access, published))?;
        let bound = server.local_addr();
        let (stop, stopped) = oneshot::channel();
        let task = self.runtime.spawn(server.run(async move {
            // A sender that is gone means the same as one that was used.
            _ = stopped.await;
        }));
        self.server = Some((stop, task));
        Ok(bound)
    }

    /// What HTTP reads.
    pub(crate) fn published(&self) -> &Arc<Published> {
        &self.published
    }

    /// The runtime, for signals.
    pub(crate) fn runtime(&self) -> &Runtime {
        &self.runtime
    }

    /// Answers what was asked and ends.
    pub(crate) fn shut_down(self) {
        if let Some((stop, task)) = self.server {
            _ = stop.send(());
            _ = self.runtime.block_on(async { tokio::time::timeout(SHUTDOWN_WAIT, task).await });
        }
        self.runtime.shutdown_timeout(SHUTDOWN_WAIT);
    }
}
