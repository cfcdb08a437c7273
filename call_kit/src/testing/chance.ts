/** A small repeatable source of chance in [0, 1), after Park and Miller. `seed` is a positive integer. */
export function chance(seed: number): () => number {
  const modulus = 2 ** 31 - 1;
  let state = seed % modulus;
  return () => {
    state = (state * 48_271) % modulus;
    return state / modulus;
  };
}
