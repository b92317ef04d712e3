import { failing } from '@pubpipe/core/testing';

/** `port` with other methods in place of some of its own. */
export function withMethods<Port extends object>(port: Port, methods: Partial<Port>): Port {
  // Without a fault to inject, `failing` binds methods to the port, private fields included.
  return Object.assign(Object.create(failing(port, {})) as Port, methods);
}
