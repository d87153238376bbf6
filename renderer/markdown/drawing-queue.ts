type Job = () => void

/** So much of a frame is spent on drawing. */
const budgetMs = 10

/** Draws one thing after the other, a few milliseconds of each frame, so that a thousand formulas do not hold the page. */
export class DrawingQueue {
  readonly #jobs = new Set<Job>()
  #frame = 0

  /** Answers what takes the job back. A job must not throw. */
  add(job: Job): () => void {
    this.#jobs.add(job)
    this.#schedule()
    return () => this.#jobs.delete(job)
  }

  #schedule(): void {
    if (this.#frame === 0 && this.#jobs.size > 0) this.#frame = requestAnimationFrame(() => this.#run())
  }

  #run(): void {
    this.#frame = 0
    const until = performance.now() + budgetMs
    for (const job of this.#jobs) {
      this.#jobs.delete(job)
      job()
      if (performance.now() > until) break
    }
    this.#schedule()
  }
}
