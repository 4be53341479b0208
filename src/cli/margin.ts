import { InvalidArgumentError, type Command } from 'commander'
import { realNumber } from './settings.ts'

/** `--margin 2`: two series whose means differ by less than 2 % of them are as good as each other. A share afterwards. */
export const addMarginOption = (command: Command): Command =>
  command.option(
    '--margin <percent>',
    'largest difference that does not matter, in percent of the mean; 1 otherwise',
    (text) => {
      const percent = realNumber(text)
      if (!(percent >= 0 && percent <= 100))
        throw new InvalidArgumentError(`"${text}" must be from 0 to 100 percent.`)
      return percent / 100
    },
  )
