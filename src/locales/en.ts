/** Every sentence of charts and reports in English. `{name}` is filled in by `message`; `[a|b]` picks by `{count}`: one, other. */
export const en = {
  // Charts
  'chart.axis.step': 'Step',
  'chart.axis.epoch': 'Epoch',
  'chart.axis.examples': 'Training examples',
  'chart.axis.seconds': 'Training time (s)',
  'chart.axis.trainLoss': 'Training loss',
  'chart.axis.trainAccuracy': 'Training accuracy',
  'chart.axis.testLoss': 'Test loss',
  'chart.axis.testAccuracy': 'Test accuracy',
  'chart.axis.lossAndAccuracy': 'Loss and accuracy',
  'chart.final.trainLoss': 'Final training loss',
  'chart.final.trainAccuracy': 'Final training accuracy',
  'chart.final.testLoss': 'Final test loss',
  'chart.final.testAccuracy': 'Final test accuracy',
  'chart.quantity.trainLoss': 'training loss',
  'chart.quantity.trainAccuracy': 'training accuracy',
  'chart.quantity.testLoss': 'test loss',
  'chart.quantity.testAccuracy': 'test accuracy',
  'chart.axis.learningRate': 'Learning rate',
  'chart.axis.weight': 'Weight',
  'chart.axis.age': 'Steps ago',
  'chart.axis.log': '{title}, log scale',
  'chart.note.interval': 'mean ± 95\u00a0% CI, n\u00a0=\u00a0{n}',
  'chart.note.raw': 'faint lines: single seeds',
  'chart.note.single': 'one seed each: no interval',
  'chart.note.mixed': 'mean ± 95\u00a0% CI where n ≥ 2; n\u00a0=\u00a0{n}',
  'chart.note.none': 'every seed diverged: no mean',
  'chart.note.dots': 'dots: single seeds',
  'chart.note.missing': 'means end where the first seed ended',
  'chart.note.smoothed': 'thick lines are smoothed, thin ones are not',
  'chart.diverged.at': 'diverged at step {step}',
  'chart.diverged.all': '{diverged} of {total} diverged',
  'chart.incomplete': '{count} not finished',
  'chart.trace.start': 'start',
  'chart.trace.outside': '{count} [point|points] outside the picture',
  'chart.trace.steps': '{count} [step|steps]',
  'chart.nothing': 'Nothing to draw yet',

  // Figures of the gallery
  'figure.trace': '{steps}, to {end}',
  'figure.seed': 'seed {seed}',
  'figure.seedAndFinals': 'seed {seed}; final loss beside each name',
  'figure.final': 'final loss {value}',
  'figure.timings': 'times: median of {count} runs',
  'figure.trainAccuracy': 'training accuracy {value}',
  'figure.testAccuracy': 'test accuracy {value}',
  'figure.recorded': 'recorded {date} with {engine}',
  'figure.minimum': 'least-squares minimum {value}',

  // Durations and units
  'unit.percent': '{value}\u00a0%',
  'unit.milliseconds': '{value} ms',
  'unit.microseconds': '{value} µs',
  'unit.seconds': '{value} s',
  'unit.minutes': '{minutes} min {seconds} s',
  'unit.hours': '{hours} h {minutes} min',
  'list.and': '{first} and {last}',
  'list.comma': ', ',
  'list.semicolon': '; ',
  'sentence.join': ' ',
  quote: '“{text}”',

  // Report: head
  'report.kicker': 'Descent Lab · report',
  'report.skip': 'Skip to the findings',
  'report.findings': 'Findings',
  'report.question': 'Question',
  'report.fact.series': 'series',
  'report.fact.runs': 'runs',
  'report.fact.seeds': 'seeds a series',
  'report.fact.diverged': 'diverged',
  'report.fact.incomplete': 'not finished',
  'report.fact.workload': 'workload',
  'report.fact.workloads': 'workloads',
  'report.fact.device': 'device',
  'report.fact.time': 'training time, all runs',
  'report.fact.none': 'none',

  // Report: findings
  'finding.lowest':
    '{label} has the lowest mean final training loss: {value} (95\u00a0% confidence interval {low} to {high}, n\u00a0=\u00a0{n}).',
  'finding.only':
    'The one series, {label}, ends at a mean training loss of {value} (95\u00a0% confidence interval {low} to {high}, n\u00a0=\u00a0{n}).',
  'finding.onlySingle':
    'The one run, {label}, ends at a training loss of {value}. One seed gives no interval.',
  'finding.lowestSingle':
    '{label} ends lowest, at a training loss of {value}; with one seed a series there is no interval, so nothing can be said about which is better.',
  'finding.lowestNoInterval':
    '{label} ends lowest, at a training loss of {value}, but only one of its seeds finished: it has no interval and cannot be ranked.',
  'finding.tied': 'Its interval overlaps {others}: with {n} seeds they cannot be told apart.',
  'finding.tied.those': '[that|those] of {list}',
  'finding.tied.count': 'those of {count} others ({list} and {rest} more)',
  'finding.apart': 'No other interval overlaps it.',
  'finding.noIntervalOthers': '{list} [has|have] one finished seed and no interval, and cannot be ranked.',
  'finding.next':
    'The next, {label}, is {difference} higher ({value}; 95\u00a0% confidence interval {low} to {high}).',
  'finding.accuracy':
    'The highest mean test accuracy is that of {label}: {value} (95\u00a0% confidence interval {low} to {high}, n\u00a0=\u00a0{n}).',
  'finding.accuracySingle':
    'The highest test accuracy at the end is that of {label}, {value}; it has one finished seed and no interval.',
  'finding.accuracyOnly':
    'Its mean test accuracy is {value} (95\u00a0% confidence interval {low} to {high}, n\u00a0=\u00a0{n}).',
  'finding.accuracyOnlySingle': 'Its test accuracy is {value}.',
  'finding.diverged.all': '{label} diverged with every seed ({total} of {total}; first at step {step}).',
  'finding.diverged.some':
    '{label} diverged with {diverged} of {total} seeds (first at step {step}); its mean is over the others.',
  'finding.diverged.one':
    '{label} diverged with {diverged} of {total} seeds (first at step {step}); the one that finished has no interval and is not ranked.',
  'finding.diverged.many': '{count} more series lost seeds to divergence; the table has them.',
  'finding.nothing': 'Every run diverged: there is no final loss to compare.',
  'finding.unfinished': 'No run has finished: there is no final loss to compare.',
  'finding.incomplete': '{count} [run has|runs have] not finished and [enters|enter] no mean.',

  // Report: sections
  'report.section.batch': 'batch size {batch}',
  'report.section.batches': 'all batch sizes against time',
  'report.figure': 'Figure {number}.',
  'report.table': 'Table {number}.',
  'report.curves.caption': 'Training loss by epoch. {band} {missing}',
  'report.curves.band':
    'Lines are means over seeds, bands their 95\u00a0% confidence intervals (Student’s t, n\u00a0=\u00a0{n}); faint lines are single seeds. The vertical axis is logarithmic.',
  'report.curves.bandNoRaw':
    'Lines are means over seeds, bands their 95\u00a0% confidence intervals (Student’s t, n\u00a0=\u00a0{n}). The vertical axis is logarithmic.',
  'report.curves.none':
    'Every seed diverged: each line is one run up to its last finite loss. The vertical axis is logarithmic.',
  'report.curves.single':
    'One seed a series: each line is one run and has no interval. The vertical axis is logarithmic.',
  'report.curves.missing':
    '{count} series [has|have] seeds that ended early; [its|their] mean stops where the first of them did.',
  'report.curves.diverged': 'A cross marks the last finite loss of a run that diverged.',
  'report.accuracy.caption': 'Test accuracy at the end of each epoch. {band}',
  'report.accuracy.band':
    'Lines are means over seeds, bands their 95\u00a0% confidence intervals (Student’s t, n\u00a0=\u00a0{n}).',
  'report.accuracy.single': 'One seed a series: each line is one run and has no interval.',
  'report.finals.caption':
    'Final training loss of every seed, ordered by mean, series without an interval last. {bar}',
  'report.finals.bar':
    'A dot is one seed, the diamond and bar the mean and its 95\u00a0% confidence interval.',
  'report.finals.captionSingle': 'Final training loss of every series, in order. {bar}',
  'report.finals.single': 'A dot is one seed; a single seed has no interval.',
  'report.seconds.caption':
    'The same curves against training time, evaluation excluded. {band} Times depend on the machine named under Provenance and on what else it was doing.',
  'report.seconds.batches':
    'All batch sizes against training time, evaluation excluded. {band} Times depend on the machine named under Provenance and on what else it was doing.',
  'report.describe.curves': 'Line chart. {list}',
  'report.describe.series': '{label}: {value} at the end',
  'report.describe.diverged': '{label}: diverged',
  'report.describe.unfinished': '{label}: not finished',
  'report.describe.more': 'and {count} more series, listed in the table of results',

  // Report: results table
  'report.results.title': 'Results',
  'report.results.caption':
    'Final and best training loss over seeds. The lowest mean is set in bold; ≈ marks every series whose interval overlaps its interval.',
  'report.results.captionSingle':
    'Final and best training loss, one seed a series. The lowest value is set in bold; without more seeds this is not a ranking.',
  'report.results.captionNone': 'No run has a final training loss.',
  'report.results.delta':
    'Δ is the difference of the mean to the baseline, {label}: ▲ higher (worse), ▼ lower (better).',
  'report.results.deltaAccuracy': 'Of accuracies, higher is better.',
  'report.column.series': 'Series',
  'report.column.final': 'Final loss',
  'report.column.finalNote': 'mean ± 95\u00a0% CI',
  'report.column.best': 'Best loss',
  'report.column.bestNote': 'of any seed',
  'report.column.step': 'Step',
  'report.column.bestStep': 'of best',
  'report.column.sd': 'SD',
  'report.column.sdNote': 'over seeds',
  'report.column.median': 'Median',
  'report.column.n': 'n',
  'report.column.nNote': 'finished',
  'report.column.diverged': 'Diverged',
  'report.column.time': 'Time / epoch',
  'report.column.delta': 'Δ',
  'report.column.deltaNote': 'to the baseline',
  'report.column.trainAccuracy': 'Train accuracy',
  'report.column.testAccuracy': 'Test accuracy',
  'report.column.bestTestAccuracy': 'Best test accuracy',
  'report.column.bestTestEpoch': 'Epoch',
  'report.column.bestEpoch': 'of best',
  'report.column.testDelta': 'Δ test',
  'report.column.trainDelta': 'Δ train',
  'report.afterEpoch': 'after epoch {epoch}',
  'report.baseline': 'baseline',
  'report.divergedOf': '{diverged} of {total}',
  'report.atStep': '[at step|at steps] {steps}',
  'report.tied': 'cannot be told apart from the lowest',
  'report.why.diverged': 'all diverged',
  'report.why.unfinished': 'not finished',
  'report.why.single': 'one seed',
  'report.why.zero': 'none',
  'report.why.baseline': 'the baseline has no mean',
  'report.why.unmeasured': 'not measured',

  // Report: what was run
  'report.run.title': 'What was run',
  'report.run.caption':
    'Every setting that decides a run’s numbers. What is not listed is at its default in the version named under Provenance.',
  'report.column.optimizer': 'Optimizer',
  'report.column.set': 'Hyperparameters',
  'report.column.schedule': 'Schedule',
  'report.column.batch': 'Batch',
  'report.column.epochs': 'Epochs',
  'report.column.seeds': 'Seeds',
  'report.column.device': 'Device',
  'report.column.workload': 'Workload',
  'report.defaults': 'defaults',
  'report.schedule.constant': 'constant',
  'report.schedule.perEpoch': 'per epoch',
  'report.schedule.perStep': 'per step',
  'report.schedule.offset': 'offset {offset}',
  'report.rules.title': 'Update rules',
  'report.rules.source': 'Source: {source}',

  // Report: repeat
  'report.repeat.title': 'How to repeat it',
  'report.repeat.file': 'Save this as {file}:',
  'report.repeat.command': 'and run, from the Descent Lab folder:',
  'report.repeat.each': 'Run these from the Descent Lab folder, one command a series, once for each seed:',
  'report.repeat.exact':
    'On the same runtime and device, equal settings and seeds give the same numbers bit for bit; on another, curves agree to rounding and times do not.',
  'report.repeat.data':
    'Data files beside this report: {curves} has every evaluation point, {runs} one row a run.',

  // Report: provenance
  'report.provenance.title': 'Provenance',
  'report.provenance.versions': 'Versions',
  'report.provenance.engine': 'Engine',
  'report.provenance.device': 'Device',
  'report.provenance.experiment': 'Experiment',
  'report.provenance.hash': 'SHA-256 of the experiment',
  'report.provenance.seeds': 'Seeds',
  'report.provenance.ran': 'Ran',
  'report.provenance.made': 'Report made',
  'report.provenance.restarts': 'Restarts',
  'report.provenance.restartsText': '{count} [restart|restarts] from a checkpoint',
  'report.provenance.unknown': 'not recorded',
  'report.provenance.differ':
    'These runs did not all have the same versions or device: {what}. Differences between series may come from that.',
  'report.provenance.someRuns': '{value} ({count} of {total} runs)',
  'report.datasets.caption': 'Data the runs read, with the SHA-1 that was checked before training.',
  'report.column.dataset': 'Dataset',
  'report.column.file': 'File',
  'report.runs.caption': 'Run identifiers and outcomes.',
  'report.runs.show': 'All {count} runs',
  'report.column.run': 'Run',
  'report.column.seed': 'Seed',
  'report.column.status': 'Status',
  'report.column.started': 'Started',

  // Report: method
  'report.method.title': 'How to read the numbers',
  'report.method.final': 'Final values are those measured last, after the last step.',
  'report.method.measures': '{workload}: {measures}',
  'report.method.best':
    'Best loss is the lowest training loss at any evaluation point of any seed that did not diverge, and the step of that point. It is chosen after seeing the curve and so is lower than a fair estimate.',
  'report.method.bestAccuracy':
    'Best test accuracy is the highest after any epoch of any seed that did not diverge. The test data themselves chose it, so it is higher than a fair estimate.',
  'report.method.time': 'Time an epoch is training time divided by epochs done; evaluation is excluded.',
  'report.method.band':
    'Means and 95\u00a0% confidence intervals are over seeds, by Student’s t with n − 1 degrees of freedom; n counts the seeds that finished. A curve is averaged only at steps that all its seeds share.',
  'report.method.overlap':
    'Whether intervals overlap is a cautious reading, not a test: intervals may overlap although a test on the same seeds would find a difference, and many comparisons at once find differences by chance.',
  'report.method.diverged':
    'A run has diverged when a loss is no longer finite or exceeds 10⁶ times its start. It is counted, its curve shown to the last finite point, and it enters no mean.',
  'report.method.smoothing':
    'Curves are not smoothed. Long ones are drawn with the first, lowest, highest and last value of each pixel column; the CSV has every point.',

  'report.footer': 'Made by Descent Lab {version} on {date}.',
  'report.footerNoVersion': 'Made by Descent Lab on {date}.',

  // Run states
  'status.queued': 'queued',
  'status.running': 'running',
  'status.paused': 'paused',
  'status.interrupted': 'interrupted',
  'status.done': 'done',
  'status.diverged': 'diverged',
  'status.failed': 'failed',
  'status.cancelled': 'cancelled',
} as const
