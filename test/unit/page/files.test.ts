import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readPage } from '../../../src/page/files.ts'
import { contentSecurityPolicy } from '../../../src/page/policy.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'descent-page-'))
  mkdirSync(join(folder, 'assets/deep'), { recursive: true })
  for (const name of [
    'index.html',
    'assets/a-1.js',
    'assets/deep/b.css',
    'picture.svg',
    'source.ts',
    '.stamp',
  ])
    writeFileSync(join(folder, name), name)
})
afterEach(() => rmSync(folder, { recursive: true }))

test('a page is its files by path, of the kinds that pages have', () => {
  const files = readPage(folder)
  expect([...files.keys()].sort()).toEqual([
    '/',
    '/assets/a-1.js',
    '/assets/deep/b.css',
    '/index.html',
    '/picture.svg',
  ])
  expect(files.get('/')).toBe(files.get('/index.html'))
  expect(files.get('/assets/a-1.js')).toMatchObject({
    type: 'text/javascript; charset=utf-8',
    immutable: true,
    bytes: Buffer.from('assets/a-1.js'),
  })
  expect(files.get('/picture.svg')).toMatchObject({ type: 'image/svg+xml', immutable: false })
})

test('links lead nowhere', () => {
  symlinkSync('/etc/hostname', join(folder, 'name.txt'))
  symlinkSync('/etc', join(folder, 'etc'))
  expect([...readPage(folder).keys()].filter((path) => /name|etc/.test(path))).toEqual([])
})

test('a folder without a page is an error', () => {
  rmSync(join(folder, 'index.html'))
  expect(() => readPage(folder)).toThrow('has no index.html')
  expect(() => readPage(join(folder, 'nowhere'))).toThrow('ENOENT')
})

test('the policy allows files of the page and the lab, nothing else', () => {
  for (const policy of [contentSecurityPolicy(), contentSecurityPolicy('ws://127.0.0.1:8080')]) {
    expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self'; /)
    expect(policy).not.toMatch(/unsafe|\*|https?:/)
  }
  expect(contentSecurityPolicy()).toContain("connect-src 'self';")
})
