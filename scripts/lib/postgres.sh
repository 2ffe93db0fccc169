# A PostgreSQL cluster of one's own for tests: made, started, stopped, removed. Sourced, never run.
# shellcheck shell=sh

# where Debian and others keep the server's programs
postgres_programs() {
    if command -v initdb >/dev/null 2>&1; then
        dirname "$(command -v initdb)"
        return
    fi
    for folder in /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /opt/homebrew/opt/postgresql*/bin; do
        [ -x "$folder/initdb" ] && newest=$folder
    done
    [ -n "${newest:-}" ] && echo "$newest"
}

# the server refuses to run as root
as_postgres() {
    if [ "$(id -u)" = 0 ]; then
        runuser -u postgres -- "$@"
    else
        "$@"
    fi
}

# cluster_make FOLDER: an empty cluster. Its language sorts otherwise than bytes do: what depends on it shows.
cluster_make() {
    mkdir -p "$1"
    [ "$(id -u)" != 0 ] || chown postgres "$1"
    as_postgres "$PROGRAMS/initdb" --pgdata "$1/data" --username registry --auth trust --encoding UTF8 \
        --locale-provider icu --icu-locale en-US --locale C.UTF-8 --no-sync >"$1/initdb.log"
    as_postgres mkdir "$1/socket"
    # what a crash of the machine would lose does not matter here; ten servers and their tests need room
    as_postgres tee -a "$1/data/postgresql.conf" >/dev/null <<CONF
listen_addresses = '127.0.0.1'
unix_socket_directories = '$1/socket'
max_connections = 300
fsync = off
full_page_writes = off
CONF
}

# cluster_start FOLDER PORT
cluster_start() {
    # a folder that the server may enter: it keeps no other
    (cd / && as_postgres "$PROGRAMS/pg_ctl" start --wait --pgdata "$1/data" --log "$1/log" --options "-p $2" >/dev/null)
}

# cluster_stop FOLDER fast|immediate: orderly, or as in a crash. By the process id in the cluster's own folder.
cluster_stop() {
    (cd / && as_postgres "$PROGRAMS/pg_ctl" stop --wait --mode "$2" --pgdata "$1/data" >/dev/null)
}
