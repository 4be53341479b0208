let electron = require("electron");
// electron/compat.ts
/** Where a file that was dropped on the page lies. */
function pathOfFile(file) {
	var _file$path;
	return (_file$path = file.path) !== null && _file$path !== void 0 ? _file$path : "";
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
// electron/preload.ts
var connections = 0;
var current;
electron.ipcRenderer.on(messages.frame, (_event, id, bytes) => {
	if ((current === null || current === void 0 ? void 0 : current.id) === id) current.listener.message(bytes);
});
electron.ipcRenderer.on(messages.close, (_event, id, code, reason) => {
	if ((current === null || current === void 0 ? void 0 : current.id) === id) end(code, reason);
});
function end(code, reason) {
	const ended = current;
	current = void 0;
	ended === null || ended === void 0 || ended.listener.closed(code, reason);
}
var bridge = {
	platform: {
		os: process.platform,
		electron: process.versions.electron,
		chrome: process.versions.chrome
	},
	connect(listener) {
		end(1e3, "Another connection takes its place.");
		const id = ++connections;
		current = {
			id,
			listener
		};
		electron.ipcRenderer.send(messages.connect, id);
		return {
			send(bytes) {
				if ((current === null || current === void 0 ? void 0 : current.id) === id) electron.ipcRenderer.send(messages.frame, id, bytes);
			},
			close() {
				if ((current === null || current === void 0 ? void 0 : current.id) !== id) return;
				electron.ipcRenderer.send(messages.close, id);
				end(1e3, "");
			}
		};
	},
	openFiles: (options) => electron.ipcRenderer.invoke(messages.openFiles, options),
	saveFile: (options) => electron.ipcRenderer.invoke(messages.saveFile, options),
	pathOf: pathOfFile
};
electron.contextBridge.exposeInMainWorld("descentDesktop", bridge);
