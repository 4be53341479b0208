import type { BundleManifest } from './manifest.ts'

/** `README.txt`: what a stranger who unzips a bundle in ten years has to know. */
export const readme = ({ experiments, version }: Pick<BundleManifest, 'experiments' | 'version'>): string => {
  const [first] = experiments
  const file = first?.file
  const runAgain = file
    ? `descent compare ${file}`
    : 'descent train …   (the "settings" of each line of runs.jsonl say which)'
  return `A bundle of Descent Lab, format version ${version}: what was run, every number that was measured, and hashes of it all.

Check that it is whole       unzip this archive, then: sha256sum -c SHA256SUMS
Look at it                   report.html, in any browser, offline (large bundles are without)
Open it in Descent Lab       descent bundle open FILE.descent.zip
                             or Experiment > Open > A file…, or drop it on the Experiment page
Run it again and compare     descent bundle rerun FILE.descent.zip
Only run it again            ${runAgain}

manifest.json    format and version, when and by which version of Descent Lab it was made, experiments, the data that
                 was read with its SHA-1, and size and SHA-256 of every other file
SHA256SUMS       SHA-256 of every file but itself
experiment.yaml  the experiment as it was written (experiments/ID.yaml where there are several; none for single runs)
runs.jsonl       one run a line, JSON: settings, seed, status, final and best values, versions, device, data; runs that
                 tuned have "study": {"stage": "tuning"}
curves/points/RUN.npy   every point measured while training: step, examples, seconds, trainLoss, trainAccuracy
curves/epochs/RUN.npy   what was measured after each epoch: epoch (from 0), seconds, trainLoss, testAccuracy, …
curves/norms/RUN.npy    norms of the gradient and of the update, by layer (networks only)
weights/SHA256.npy      weights that runs started from, under the hash that their settings name
                 .npy is NumPy's format (NEP 1): a line of text that says what follows, then rows of float64,
                 little-endian. pandas.DataFrame(numpy.load(path)) is the table.

Not here: the data sets (their SHA-1 is), and trained networks.


Descent Lab 实验包，格式版本 ${version}：运行了什么、测得的每一个数、以及全部内容的哈希。

检查是否完整            解压后运行：sha256sum -c SHA256SUMS
查看                    用任意浏览器离线打开 report.html（过大的包不含报告）
在 Descent Lab 中打开   descent bundle open FILE.descent.zip
                        或“实验 > 打开 > 文件…”，或拖放到“实验”页
重新运行并对比          descent bundle rerun FILE.descent.zip
只重新运行              ${runAgain}

manifest.json    格式与版本、制作时间与所用 Descent Lab 版本、实验、所读数据及其 SHA-1、其余每个文件的大小与 SHA-256
SHA256SUMS       除自身外每个文件的 SHA-256
experiment.yaml  实验文件原文（多个实验时为 experiments/ID.yaml；单独的运行没有）
runs.jsonl       每行一个运行（JSON）：设置、种子、状态、最终值与最佳值、版本、设备、数据；调参运行带有 "study": {"stage": "tuning"}
curves/points/RUN.npy   训练中测得的每个点：step、examples、seconds、trainLoss、trainAccuracy
curves/epochs/RUN.npy   每轮之后测得的值：epoch（从 0 起）、seconds、trainLoss、testAccuracy……
curves/norms/RUN.npy    各层梯度与更新量的范数（仅网络）
weights/SHA256.npy      运行所用的起始权重，以设置中写明的哈希为名
                 .npy 是 NumPy 的格式（NEP 1）：先是一行说明，随后是逐行的 float64，小端。
                 pandas.DataFrame(numpy.load(path)) 即可得到表格。

不含：数据集（只有其 SHA-1）与训练好的网络。
`
}
