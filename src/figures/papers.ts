/** A published source, as a reference list gives it. */
export interface Paper {
  readonly authors: string
  readonly year: number
  readonly title: string
  /** Journal with volume and pages, conference, publisher or report number. */
  readonly venue: string
  readonly doi?: string
  readonly arxiv?: string
}

/** The papers that figures, lessons and advice rest on. */
export const papers = {
  adadelta: {
    authors: 'M. D. Zeiler',
    year: 2012,
    title: 'ADADELTA: An adaptive learning rate method',
    venue: 'preprint',
    arxiv: '1212.5701',
  },
  adagrad: {
    authors: 'J. Duchi, E. Hazan and Y. Singer',
    year: 2011,
    title: 'Adaptive subgradient methods for online learning and stochastic optimization',
    venue: 'Journal of Machine Learning Research 12, 2121–2159',
  },
  adam: {
    authors: 'D. P. Kingma and J. Ba',
    year: 2015,
    title: 'Adam: A method for stochastic optimization',
    venue: 'ICLR',
    arxiv: '1412.6980',
  },
  adamw: {
    authors: 'I. Loshchilov and F. Hutter',
    year: 2019,
    title: 'Decoupled weight decay regularization',
    venue: 'ICLR',
    arxiv: '1711.05101',
  },
  airfoil: {
    authors: 'T. F. Brooks, D. S. Pope and M. A. Marcolini',
    year: 1989,
    title: 'Airfoil self-noise and prediction',
    venue: 'NASA Reference Publication 1218',
  },
  amsgrad: {
    authors: 'S. J. Reddi, S. Kale and S. Kumar',
    year: 2018,
    title: 'On the convergence of Adam and beyond',
    venue: 'ICLR',
    arxiv: '1904.09237',
  },
  attention: {
    authors: 'J. Zhang, S. P. Karimireddy, A. Veit, S. Kim, S. Reddi, S. Kumar and S. Sra',
    year: 2020,
    title: 'Why are adaptive methods good for attention models?',
    venue: 'NeurIPS 33',
    arxiv: '1912.03194',
  },
  averaging: {
    authors: 'B. T. Polyak and A. B. Juditsky',
    year: 1992,
    title: 'Acceleration of stochastic approximation by averaging',
    venue: 'SIAM Journal on Control and Optimization 30(4), 838–855',
    doi: '10.1137/0330046',
  },
  benchmark: {
    authors: 'R. M. Schmidt, F. Schneider and P. Hennig',
    year: 2021,
    title: 'Descending through a crowded valley – Benchmarking deep learning optimizers',
    venue: 'ICML, PMLR 139',
    arxiv: '2007.01547',
  },
  cauchy: {
    authors: 'A.-L. Cauchy',
    year: 1847,
    title: 'Méthode générale pour la résolution des systèmes d’équations simultanées',
    venue: 'Comptes rendus de l’Académie des sciences 25, 536–538',
  },
  comparisons: {
    authors: 'D. Choi, C. J. Shallue, Z. Nado, J. Lee, C. J. Maddison and G. E. Dahl',
    year: 2019,
    title: 'On empirical comparisons of optimizers for deep learning',
    venue: 'preprint',
    arxiv: '1910.05446',
  },
  d2l: {
    authors: 'A. Zhang, Z. C. Lipton, M. Li and A. J. Smola',
    year: 2023,
    title: 'Dive into Deep Learning',
    venue: 'Cambridge University Press',
    arxiv: '2106.11342',
  },
  fashionMnist: {
    authors: 'H. Xiao, K. Rasul and R. Vollgraf',
    year: 2017,
    title: 'Fashion-MNIST: a novel image dataset for benchmarking machine learning algorithms',
    venue: 'preprint',
    arxiv: '1708.07747',
  },
  largeScale: {
    authors: 'L. Bottou, F. E. Curtis and J. Nocedal',
    year: 2018,
    title: 'Optimization methods for large-scale machine learning',
    venue: 'SIAM Review 60(2), 223–311',
    doi: '10.1137/16M1080173',
    arxiv: '1606.04838',
  },
  lenet: {
    authors: 'Y. LeCun, L. Bottou, Y. Bengio and P. Haffner',
    year: 1998,
    title: 'Gradient-based learning applied to document recognition',
    venue: 'Proceedings of the IEEE 86(11), 2278–2324',
    doi: '10.1109/5.726791',
  },
  marginalValue: {
    authors: 'A. C. Wilson, R. Roelofs, M. Stern, N. Srebro and B. Recht',
    year: 2017,
    title: 'The marginal value of adaptive gradient methods in machine learning',
    venue: 'NeurIPS 30',
    arxiv: '1705.08292',
  },
  momentum: {
    authors: 'B. T. Polyak',
    year: 1964,
    title: 'Some methods of speeding up the convergence of iteration methods',
    venue: 'USSR Computational Mathematics and Mathematical Physics 4(5), 1–17',
    doi: '10.1016/0041-5553(64)90137-5',
  },
  nesterov: {
    authors: 'Y. E. Nesterov',
    year: 1983,
    title: 'A method for solving the convex programming problem with convergence rate O(1/k²)',
    venue: 'Doklady Akademii Nauk SSSR 269, 543–547',
  },
  radam: {
    authors: 'L. Liu, H. Jiang, P. He, W. Chen, X. Liu, J. Gao and J. Han',
    year: 2020,
    title: 'On the variance of the adaptive learning rate and beyond',
    venue: 'ICLR',
    arxiv: '1908.03265',
  },
  rmsprop: {
    authors: 'T. Tieleman and G. Hinton',
    year: 2012,
    title: 'Lecture 6.5 – RMSProp: Divide the gradient by a running average of its recent magnitude',
    venue: 'COURSERA: Neural Networks for Machine Learning',
  },
  robbinsMonro: {
    authors: 'H. Robbins and S. Monro',
    year: 1951,
    title: 'A stochastic approximation method',
    venue: 'Annals of Mathematical Statistics 22(3), 400–407',
    doi: '10.1214/aoms/1177729586',
  },
  rprop: {
    authors: 'M. Riedmiller and H. Braun',
    year: 1993,
    title: 'A direct adaptive method for faster backpropagation learning: The RPROP algorithm',
    venue: 'IEEE International Conference on Neural Networks, 586–591',
    doi: '10.1109/ICNN.1993.298623',
  },
  sgdr: {
    authors: 'I. Loshchilov and F. Hutter',
    year: 2017,
    title: 'SGDR: Stochastic gradient descent with warm restarts',
    venue: 'ICLR',
    arxiv: '1608.03983',
  },
  sutskever: {
    authors: 'I. Sutskever, J. Martens, G. Dahl and G. Hinton',
    year: 2013,
    title: 'On the importance of initialization and momentum in deep learning',
    venue: 'ICML, PMLR 28(3), 1139–1147',
  },
  tuning: {
    authors: 'P. T. Sivaprasad, F. Mai, T. Vogels, M. Jaggi and F. Fleuret',
    year: 2020,
    title: 'Optimizer benchmarking needs to account for hyperparameter tuning',
    venue: 'ICML, PMLR 119',
    arxiv: '1910.11758',
  },
  warmup: {
    authors:
      'P. Goyal, P. Dollár, R. Girshick, P. Noordhuis, L. Wesolowski, A. Kyrola, A. Tulloch, Y. Jia and K. He',
    year: 2017,
    title: 'Accurate, large minibatch SGD: Training ImageNet in 1 hour',
    venue: 'preprint',
    arxiv: '1706.02677',
  },
  yogi: {
    authors: 'M. Zaheer, S. Reddi, D. Sachan, S. Kale and S. Kumar',
    year: 2018,
    title: 'Adaptive methods for nonconvex optimization',
    venue: 'NeurIPS 31',
  },
} as const satisfies Readonly<Record<string, Paper>>

export type PaperId = keyof typeof papers

export const paperOf = (id: PaperId): Paper => papers[id]

/** Where a paper is kept for good; undefined for those that have neither DOI nor arXiv number. */
export function addressOf({ doi, arxiv }: Paper): string | undefined {
  if (doi !== undefined) return `https://doi.org/${doi}`
  return arxiv === undefined ? undefined : `https://arxiv.org/abs/${arxiv}`
}

/** `A. Author (2012). Title. Venue. arXiv:1212.5701` */
export function citation({ authors, year, title, venue, doi, arxiv }: Paper): string {
  return [
    `${authors} (${year}). ${title}. ${venue}.`,
    ...(doi === undefined ? [] : [`doi:${doi}`]),
    ...(arxiv === undefined ? [] : [`arXiv:${arxiv}`]),
  ].join(' ')
}
