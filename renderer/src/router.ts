import type { Component } from 'vue'
import { createRouter, createWebHashHistory, type RouteRecordRaw } from 'vue-router'
import {
  IconCompare,
  IconData,
  IconExperiment,
  IconGallery,
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
export type PageName =
  'experiment' | 'live' | 'runs' | 'compare' | 'playground' | 'gallery' | 'data' | 'settings'

/** The pages in the rail's order; each is loaded when it is first opened. */
export const pages: readonly PageEntry[] = [
  { name: 'experiment', icon: IconExperiment, load: () => import('./pages/experiment/ExperimentPage.vue') },
  { name: 'live', icon: IconLive, load: () => import('./pages/live/LivePage.vue') },
  { name: 'runs', icon: IconRuns, load: () => import('./pages/runs/RunsPage.vue') },
  { name: 'compare', icon: IconCompare, load: () => import('./pages/compare/ComparePage.vue') },
  { name: 'playground', icon: IconTraces, load: () => import('./pages/playground/PlaygroundPage.vue') },
  { name: 'gallery', icon: IconGallery, load: () => import('./pages/gallery/GalleryPage.vue') },
  { name: 'data', icon: IconData, load: () => import('./pages/data/DataPage.vue') },
  { name: 'settings', icon: IconSettings, load: () => import('./pages/settings/SettingsPage.vue') },
]

export const router = createRouter({
  history: createWebHashHistory(),
  routes: [
    ...pages.map(({ name, load }): RouteRecordRaw => ({ path: `/${name}`, name, component: load })),
    {
      path: '/runs/:id/network',
      name: 'network',
      component: () => import('./pages/network/NetworkPage.vue'),
      meta: { under: 'runs' },
    },
    {
      path: '/proofs/lenet-fashion-mnist',
      name: 'proof',
      component: () => import('./pages/proof/ProofPage.vue'),
      meta: { under: 'settings' },
    },
    {
      path: '/gallery/:id',
      name: 'figure',
      component: () => import('./pages/gallery/FigurePage.vue'),
      meta: { under: 'gallery' },
    },
    {
      path: '/playground/stability',
      component: () => import('./pages/playground/stability/StabilityView.vue'),
      meta: { under: 'playground' },
    },
    {
      path: '/playground/schedules',
      component: () => import('./pages/playground/schedules/SchedulesView.vue'),
      meta: { under: 'playground' },
    },
    {
      path: '/learn/:station?',
      name: 'learn',
      component: () => import('./pages/learn/LearnPage.vue'),
      meta: { under: 'gallery' },
    },
    {
      path: '/advisor',
      name: 'advisor',
      component: () => import('./pages/advisor/AdvisorPage.vue'),
      meta: { under: 'gallery' },
    },
    { path: '/traces', redirect: '/playground' },
    { path: '/:rest(.*)*', redirect: '/experiment' },
  ],
})
