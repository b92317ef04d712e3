/** What happens to one call. */
export interface Fault {
  /** `before`: the call is never made. `after`: it is made, and its answer is lost. */
  readonly when: 'before' | 'after';
  /** What the caller sees. */
  readonly error: unknown;
}

type AsyncMethods<Port> = {
  [Name in keyof Port]: Port[Name] extends (...args: never[]) => Promise<unknown> ? Name : never;
}[keyof Port];

type Arguments<Method> = Method extends (...args: infer Args) => unknown ? Args : never;

/**
 * Decides for each call of a method what happens to it; undefined lets it pass. `call` is its number,
 * from 1. A decision may take its time: the call waits for it.
 */
export type FaultPlan<Port> = {
  readonly [Name in AsyncMethods<Port>]?: (
    call: number,
    ...args: Arguments<Port[Name]>
  ) => Fault | undefined | Promise<Fault | undefined>;
};

/** `port`, whose calls fail as `plan` says. Methods that the plan does not name are the real ones. */
export function failing<Port extends object>(port: Port, plan: FaultPlan<Port>): Port {
  const calls = new Map<PropertyKey, number>();
  // Around an empty object: a proxy must not answer for the fixed properties of a frozen one.
  return new Proxy({} as Port, {
    get(_, name) {
      const value: unknown = Reflect.get(port, name);
      if (typeof value !== 'function') return value;
      const decide = (plan as Readonly<Record<PropertyKey, Decide | undefined>>)[name];
      if (decide === undefined) return value.bind(port);
      return async (...args: unknown[]): Promise<unknown> => {
        const call = (calls.get(name) ?? 0) + 1;
        calls.set(name, call);
        const fault = await decide(call, ...args);
        if (fault?.when === 'before') throw fault.error;
        const answer: unknown = await value.apply(port, args);
        if (fault?.when === 'after') throw fault.error;
        return answer;
      };
    },
  });
}

type Decide = (call: number, ...args: unknown[]) => Fault | undefined | Promise<Fault | undefined>;
