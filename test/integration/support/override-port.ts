/** `port` with some of its methods replaced; the others are the real ones. */
export function overridePort<Port extends object>(port: Port, replaced: Partial<Port>): Port {
  // Around an empty object: a proxy must not answer for the fixed properties of a frozen one.
  return new Proxy({} as Port, {
    get(_, name) {
      const own: unknown = Reflect.get(replaced, name);
      const value: unknown = own ?? Reflect.get(port, name);
      return own === undefined && typeof value === 'function' ? value.bind(port) : value;
    },
  });
}
