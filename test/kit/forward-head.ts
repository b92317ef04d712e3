import { type Agent, type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';

/**
 * Begins the same request to `server`: its headers are as the client has sent them, in their order,
 * because a signature covers them, the Host header with the address of the proxy among them.
 */
export function forwardHead(request: IncomingMessage, { hostname, port }: URL, agent: Agent): ClientRequest {
  const { method = '', url: path = '', headers: known, rawHeaders } = request;
  // Without a length Node would send an empty body in chunks, which S3 refuses.
  const isEmpty = known['content-length'] === undefined && known['transfer-encoding'] === undefined;
  const headers = isEmpty && ['POST', 'PUT'].includes(method) ? [...rawHeaders, 'Content-Length', '0'] : rawHeaders;
  const forwarded = httpRequest({ hostname, port, method, path, headers, agent, setHost: false });
  forwarded.flushHeaders();
  return forwarded;
}
