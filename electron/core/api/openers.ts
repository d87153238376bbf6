import { AppError } from '../../../shared/app-error.ts'
import { api } from './context.ts'

const notYet = () => {
  throw new AppError('UNAVAILABLE', 'This is not there yet.')
}

/** Programs of the machine's: contract call to core call. */
export const openers = {
  list: api.openers.list.handler(notYet),
  open: api.openers.open.handler(notYet),
}
