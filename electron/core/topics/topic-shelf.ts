import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../../shared/app-error.ts'
import { topicConfigSchema, topicNameSchema, type TopicConfig } from '../../../shared/domain/topic.ts'
import type { StoreWatch } from '../storage/json-store.ts'
import { Topic } from './topic.ts'
import { nameTaken, noTopic, tooMany } from './topic-words.ts'

export const mostTopics = 500
const extension = '.jsonl'

/** The topics there are, each in a file of its name. */
export class TopicShelf {
  readonly #folder: string
  readonly #watch: StoreWatch
  readonly #topics = new Map<string, Topic>()
  readonly #making = new Set<string>()

  private constructor(folder: string, watch: StoreWatch) {
    this.#folder = folder
    this.#watch = watch
  }

  static async open(home: string, watch: StoreWatch): Promise<TopicShelf> {
    const shelf = new TopicShelf(join(home, 'topics'), watch)
    await mkdir(shelf.#folder, { recursive: true, mode: 0o700 })
    const names = (await readdir(shelf.#folder)).filter((file) => file.endsWith(extension)).map((file) => file.slice(0, -extension.length))
    for (const name of names.toSorted()) if (topicNameSchema.safeParse(name).success) await shelf.#read(topicConfigSchema.parse({ name }))
    return shelf
  }

  all(): Topic[] {
    return [...this.#topics.values()]
  }

  find(name: string): Topic | undefined {
    return this.#topics.get(name)
  }

  /** Throws NOT_FOUND. */
  get(name: string): Topic {
    const topic = this.#topics.get(name)
    if (!topic) throw noTopic(name, [...this.#topics.keys()])
    return topic
  }

  /** Throws NAME_TAKEN, LIMIT_REACHED. */
  async create(config: TopicConfig): Promise<Topic> {
    const { name } = config
    if (this.#topics.has(name) || this.#making.has(name)) throw nameTaken(name)
    if (this.#topics.size + this.#making.size >= mostTopics) throw tooMany('topics', mostTopics)
    this.#making.add(name)
    try {
      return await this.#read(config)
    } finally {
      this.#making.delete(name)
    }
  }

  async remove(topic: Topic): Promise<void> {
    this.#topics.delete(topic.name)
    try {
      await topic.remove()
    } catch (thrown) {
      // The file is there still, and so is the topic.
      await this.#read(topic.config)
      throw thrown
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.all().map((topic) => topic.close()))
  }

  async #read(config: TopicConfig): Promise<Topic> {
    const path = join(this.#folder, `${config.name}${extension}`)
    const topic = await Topic.open(path, { ...config, createdAt: new Date().toISOString() }, this.#watch)
    if (this.#topics.has(config.name)) throw new AppError('INTERNAL', `The topic ${config.name} was opened twice.`)
    this.#topics.set(config.name, topic)
    return topic
  }
}
