/**
 * Settings of the embedded server, as arguments: they are always those of this version, whatever file the data directory came
 * with. Small, for it shares the machine with the pods; connections are few, for each is a process.
 */
export function serverArguments(data: string, socketFolder: string): string[] {
  const settings: Record<string, string> = {
    listen_addresses: "",
    port: "5432",
    unix_socket_directories: socketFolder,
    unix_socket_permissions: "0700",
    password_encryption: "scram-sha-256",
    max_connections: "60",
    shared_buffers: "32MB",
    work_mem: "4MB",
    maintenance_work_mem: "32MB",
    effective_cache_size: "128MB",
    jit: "off",
    // Every worker is a process that holds memory while idle.
    io_method: "sync",
    max_worker_processes: "2",
    max_parallel_workers: "0",
    max_parallel_workers_per_gather: "0",
    max_logical_replication_workers: "0",
    wal_level: "minimal",
    max_wal_senders: "0",
    max_wal_size: "256MB",
    min_wal_size: "32MB",
    autovacuum: "on",
    autovacuum_max_workers: "1",
    timezone: "UTC",
    log_timezone: "UTC",
    // Failing statements are the application's to tell; here they could repeat values.
    log_min_messages: "log",
    log_min_error_statement: "panic",
    log_checkpoints: "off",
    log_line_prefix: "%m [%p] ",
  };
  return ["-D", data, ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`])];
}
