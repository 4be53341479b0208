import type { Component } from 'vue'
import { createRouter, createWebHashHistory, type RouteRecordRaw } from 'vue-router'
import {
  IconCompare,
  IconData,
  IconExperiment,
  IconLive,
  IconRuns,
  IconSettings,
  IconTraces,
} from './icons.ts'

interface PageEntry {
  readonly name: PageName
  readonly icon: Component
  readonly load: () => Promise<{ default: Component }>
}
export type PageName = 'experiment' | 'live' | 'runs' | 'compare' | 'traces' | 'data' | 'settings'

/** The pages in the rail's order; each is loaded when it is first opened. */
export const pages: readonly PageEntry[] = [
  { name: 'experiment', icon: IconExperiment, load: () => import('./pages/experiment/ExperimentPage.vue') },
  { name: 'live', icon: IconLive, load: () => import('./pages/live/LivePage.vue') },
  { name: 'runs', icon: IconRuns, load: () => import('./pages/runs/RunsPage.vue') },
  { name: 'compare', icon: IconCompare, load: () => import('./pages/compare/ComparePage.vue') },
  { name: 'traces', icon: IconTraces, load: () => import('./pages/traces/TracesPage.vue') },
  { name: 'data', icon: IconData, load: () => import('./pages/data/DataPage.vue') },
  { name: 'settings', icon: IconSettings, load: () => import('./pages/settings/SettingsPage.vue') },
]

export const router = createRouter({
  history: createWebHashHistory(),
  routes: [
    ...pages.map(({ name, load }): RouteRecordRaw => ({ path: `/${name}`, name, component: load })),
    { path: '/:rest(.*)*', redirect: '/experiment' },
  ],
})
