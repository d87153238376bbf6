/** What is to be kept running. */
export type ServiceSpec = {
  /** The program and its arguments, in full. */
  command: readonly string[]
  /** The data folder. */
  home: string
  /** What the program is given: where `claude` and git are found, and no secret. */
  env: Readonly<Record<string, string>>
  /** Where what it says at its start and end goes. */
  logFile: string
}

/** How the system keeps a program running for a user. */
export type ServiceManager = {
  /** The system's own word for it, for the user to read. */
  readonly name: string
  /** The file that the system reads. */
  readonly file: string
  /** Writes the file and starts it, now and at each sign-in. Answers what the user should know besides. */
  install: (spec: ServiceSpec) => Promise<string[]>
  /** Ends it and takes the file away. False where there was none. */
  uninstall: () => Promise<boolean>
  status: () => Promise<ServiceStatus>
}

/** What the system says of it. */
export type ServiceStatus = {
  isInstalled: boolean
  isRunning: boolean
}
