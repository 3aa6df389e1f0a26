export default { build: { lib: {} } }
