/** Who counts a message: a map from keys to owners that holds millions. Owners are numbers from 1. */
export class KeyTable {
  #keys = new Float64Array(1_024)
  #owners = new Uint32Array(1_024)
  #used = 0

  /** 0 when nobody does. */
  owner(key: number): number {
    return this.#owners[this.#place(key)] ?? 0
  }

  set(key: number, owner: number): void {
    if (this.#used * 2 > this.#keys.length) this.#grow()
    const place = this.#place(key)
    if (this.#keys[place] === 0) this.#used += 1
    this.#keys[place] = key + 1
    this.#owners[place] = owner
  }

  /** The place that holds a key, or where it would be. Keys are stored one higher, as 0 marks an empty place. */
  #place(key: number): number {
    const { length } = this.#keys
    let place = key % length
    while (this.#keys[place] !== 0 && this.#keys[place] !== key + 1) place = (place + 1) % length
    return place
  }

  #grow(): void {
    const [keys, owners] = [this.#keys, this.#owners]
    this.#keys = new Float64Array(keys.length * 2)
    this.#owners = new Uint32Array(keys.length * 2)
    this.#used = 0
    for (let place = 0; place < keys.length; place += 1) {
      const key = keys[place] ?? 0
      if (key !== 0) this.set(key - 1, owners[place] ?? 0)
    }
  }
}
