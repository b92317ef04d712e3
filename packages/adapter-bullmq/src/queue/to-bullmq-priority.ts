/** BullMQ takes 1 (first) to 2²¹ (last), and 0 for jobs outside this order, which go before all others. */
const middle = 2 ** 20;

/** Turns our priority, where higher goes first, into BullMQ's. What lies outside of ±(2²⁰ - 1) counts as the limit. */
export function toBullMQPriority(priority: number): number {
  return middle - Math.max(1 - middle, Math.min(middle - 1, Math.trunc(priority)));
}
