export interface WriterOptions {
  /** Base URL of the service instead of its public one. */
  endpoint?: string;
  /** Addresses of a server that a user named, checked by the caller; throws where one must not be asked. Without it the system resolves. */
  resolve?: (host: string) => Promise<string[]>;
}
