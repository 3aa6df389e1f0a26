// creates tables
