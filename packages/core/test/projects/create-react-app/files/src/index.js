fetch(process.env.REACT_APP_API);
