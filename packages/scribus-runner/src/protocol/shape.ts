/** Tells whether a value that came from another process is what its type says. */
export type Guard<Value> = (value: unknown) => value is Value;

/** Text of at most so many UTF-16 units; without a bound, as long as the line that it came in. */
export const isText =
  (maxLength = Number.POSITIVE_INFINITY): Guard<string> =>
  (value): value is string =>
    typeof value === 'string' && value.length <= maxLength;

/** JSON can say 1e999, which is read as infinity. */
export const isNumber: Guard<number> = (value): value is number => Number.isFinite(value);

export const isWholeFrom =
  (min: number, max = Number.MAX_SAFE_INTEGER): Guard<number> =>
  (value): value is number =>
    Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max;

export const isFlag: Guard<boolean> = (value): value is boolean => typeof value === 'boolean';

export const isOneOf =
  <Word extends string>(...words: readonly Word[]): Guard<Word> =>
  (value): value is Word =>
    words.includes(value as Word);

export const isNullOr =
  <Value>(guard: Guard<Value>): Guard<Value | null> =>
  (value): value is Value | null =>
    value === null || guard(value);

export const isEither =
  <One, Other>(one: Guard<One>, other: Guard<Other>): Guard<One | Other> =>
  (value): value is One | Other =>
    one(value) || other(value);

export const isListOf =
  <Item>(guard: Guard<Item>, maxLength = Number.POSITIVE_INFINITY): Guard<readonly Item[]> =>
  (value): value is readonly Item[] =>
    Array.isArray(value) && value.length <= maxLength && value.every((item) => guard(item));

export const isPairOf =
  <Item>(guard: Guard<Item>): Guard<readonly [Item, Item]> =>
  (value): value is readonly [Item, Item] =>
    Array.isArray(value) && value.length === 2 && value.every((item) => guard(item));

export const isRecordOf =
  <Value>(guard: Guard<Value>): Guard<Readonly<Record<string, Value>>> =>
  (value): value is Readonly<Record<string, Value>> =>
    isObject(value) && Object.values(value).every((field) => guard(field));

/** An object in which each field has passed its guard; further fields are let through, and mean nothing. */
export const isShapeOf =
  <Shape extends object>(guards: { readonly [Field in keyof Shape]-?: Guard<Shape[Field]> }): Guard<Shape> =>
  (value): value is Shape =>
    isObject(value) &&
    (Object.keys(guards) as (keyof Shape & string)[]).every((field) => guards[field](ownField(value, field)));

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const ownField = (value: object, field: string): unknown =>
  Object.hasOwn(value, field) ? (value as Readonly<Record<string, unknown>>)[field] : undefined;
