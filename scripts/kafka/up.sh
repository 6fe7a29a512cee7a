#!/usr/bin/env bash
# Starts the Apache Kafka of this checkout (KRaft, one node, loopback, empty) and waits until it answers.
# Writes .run/kafka/env with GAIT_KAFKA_BOOTSTRAP=127.0.0.1:PORT, and for its listener with TLS and SASL/PLAIN
# GAIT_KAFKA_SECURE_BOOTSTRAP, GAIT_KAFKA_CA (a file) and GAIT_KAFKA_PASSWORD of the user `gait`.
# Does nothing when it already runs.
# Exit 3: JDK or Maven is missing, so there can be no broker here. Exit 1: it did not start.
set -euo pipefail
# shellcheck source=scripts/kafka/settings.sh
source "$(dirname "${BASH_SOURCE[0]}")/settings.sh"

readonly START_LIMIT_S=60

need() {
  if ! command -v "$1" >/dev/null 2>&1; then
    echo "kafka: \`$1\` not found; install $2 to run the tests against a real broker" >&2
    exit 3
  fi
}

# Copies the pinned jars into the cache once; a changed pom.xml copies them anew.
install_jars() {
  local version cache staging
  version=$(sed -n 's:.*<kafka.version>\(.*\)</kafka.version>.*:\1:p' "$here/pom.xml")
  cache="${GAIT_CACHE:-$HOME/.cache/gait}/kafka-$version"
  if ! cmp -s "$here/pom.xml" "$cache/pom.xml"; then
    need mvn "Apache Maven 3.6 or later"
    echo "kafka: copying Apache Kafka $version from Maven Central to $cache" >&2
    mkdir -p "$(dirname "$cache")"
    staging=$(mktemp -d "$cache.XXXXXX")
    if ! mvn --batch-mode --quiet -Dstyle.color=never --file "$here/pom.xml" dependency:copy-dependencies \
      -DincludeScope=runtime -DoutputDirectory="$staging/libs" >&2; then
      rm -rf "$staging"
      echo "kafka: Maven could not copy the jars; is Maven Central reachable?" >&2
      exit 1
    fi
    cp "$here/pom.xml" "$staging/pom.xml"
    rm -rf "$cache"
    mv "$staging" "$cache"
  fi
  libs="$cache/libs"
}

# True when the broker answers an ApiVersions request. It does so only once it takes requests; an open
# port alone comes earlier.
answers() {
  (
    exec 3<>"/dev/tcp/127.0.0.1/$1"
    printf '\x00\x00\x00\x0a\x00\x12\x00\x00\x00\x00\x00\x01\xff\xff' >&3
    [[ $(timeout 2 head -c 4 <&3 | wc -c) -eq 4 ]]
  ) 2>/dev/null
}

# Replaces the (sub)shell it is called in, so that a background call's pid is the pid of the JVM.
become_java() {
  exec java -Xms64m -Xmx512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Djava.awt.headless=true \
    -Dlog4j2.configurationFile="$here/log4j2.properties" -cp "$libs/*" "$@"
}

# Makes the key of the secure listener, and its certificate as the one authority that clients are to trust.
make_certificate() {
  local store=(-alias broker -storetype PKCS12 -keystore "$run_dir/broker.p12" -storepass "$password")
  keytool -genkeypair "${store[@]}" -keyalg EC -groupname secp256r1 -validity 30 \
    -dname CN=localhost -ext san=dns:localhost,ip:127.0.0.1 -ext bc=ca:true
  keytool -exportcert -rfc "${store[@]}" -file "$run_dir/ca.pem"
}

# Writes the configuration and an empty, formatted data folder. Sets $port, $secure_port and $password.
prepare() {
  local controller_port
  rm -rf "$run_dir"
  mkdir -p "$run_dir/data"
  port=$(free_port)
  controller_port=$(free_port)
  while [[ $controller_port == "$port" ]]; do controller_port=$(free_port); done
  secure_port=$(free_port)
  while [[ $secure_port == "$port" || $secure_port == "$controller_port" ]]; do
    secure_port=$(free_port)
  done
  password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  make_certificate >"$run_dir/keytool.log" 2>&1 || fail "$run_dir/keytool.log"
  sed -e "s|@BROKER_PORT@|$port|g" -e "s|@CONTROLLER_PORT@|$controller_port|g" \
    -e "s|@SECURE_PORT@|$secure_port|g" -e "s|@PASSWORD@|$password|g" -e "s|@RUN_DIR@|$run_dir|g" \
    "$here/server.properties.in" >"$run_dir/$config"
  (become_java kafka.tools.StorageTool format --standalone --cluster-id gaitkeeper-test-brokr1 \
    --config "$run_dir/$config") >"$run_dir/format.log" 2>&1 || fail "$run_dir/format.log"
}

fail() {
  echo "kafka: the broker did not start; the end of $1:" >&2
  tail -n 20 "$1" >&2
  "$here/down.sh" >/dev/null 2>&1 || true
  exit 1
}

start() {
  local pid
  become_java kafka.Kafka "$run_dir/$config" >"$broker_log" 2>&1 </dev/null &
  pid=$!
  disown "$pid"
  echo "$pid" >"$pid_file"
  until answers "$port"; do
    if ! kill -0 "$pid" 2>/dev/null || ((SECONDS > START_LIMIT_S)); then fail "$broker_log"; fi
    sleep 0.2
  done
  {
    echo "GAIT_KAFKA_BOOTSTRAP=127.0.0.1:$port"
    echo "GAIT_KAFKA_SECURE_BOOTSTRAP=localhost:$secure_port"
    echo "GAIT_KAFKA_CA=$run_dir/ca.pem"
    echo "GAIT_KAFKA_PASSWORD=$password"
  } >"$env_file"
}

if pid=$(running_pid) && [[ -f $env_file ]]; then
  echo "kafka: already running (pid $pid)" >&2
else
  need java "a JDK 17 or later"
  need keytool "a JDK 17 or later"
  install_jars
  "$here/down.sh" 2>/dev/null
  SECONDS=0
  prepare
  start
  echo "kafka: ready after ${SECONDS} s (pid $(<"$pid_file"), log $broker_log)" >&2
fi
cat "$env_file"
